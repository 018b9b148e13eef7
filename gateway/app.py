"""Putting the gateway together."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from fastapi import FastAPI
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute

from chassis.auth import Signer
from chassis.broker import Broker
from chassis.errors import Fault, NotFound
from chassis.peers import Peer
from chassis.serving import bare_application
from chassis.settings import SettingsError
from chassis.transport import Transport
from gateway.events import listen
from gateway.executor import Ended, Engine, Limits
from gateway.http.asking import CallersPeer
from gateway.http.catalogue import CatalogueRoutes
from gateway.http.documents import Documents, ManifestError, PersistedDocuments, TrustedDocuments
from gateway.http.doors import Door, GuardedDoor, OpenDoor, Restraint
from gateway.http.feed import FeedRoutes
from gateway.http.files import FileRoutes
from gateway.http.front import Front
from gateway.http.graph import GraphEndpoint
from gateway.http.listeners import MOST, Listeners
from gateway.http.pages import file_mounts, open_query_page, page_routes, query_page
from gateway.http.providers import ProviderRoutes
from gateway.http.reading import Reading
from gateway.http.reloading import ReloadingDoor
from gateway.http.request import OPEN_BODIES, BodyLimits
from gateway.http.sessions import Sessions
from gateway.http.usage import Usage
from gateway.http.websocket import SocketEndpoint
from gateway.identity.contexts import SignedContexts
from gateway.identity.credentials import INSECURE_COOKIE, SECURE_COOKIE
from gateway.identity.grants import Grants
from gateway.identity.oidc.bearer import BearerTokens
from gateway.identity.oidc.rechecking import Rechecks
from gateway.identity.oidc.registered import Registered
from gateway.operation import Budgets
from gateway.settings import GatewaySettings

NAME = "gateway"
_GRAPH = "/graphql"
_PATIENCE_SECONDS = 2.0
PURPOSES = {
    "access": "companies, users, groups and sign-in",
    "directories": "classifications, types, statuses and severities in every language",
    "files": "reports and attachments",
    "incidents": "the incidents and their history",
    "notifications": "messages to people",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGateway:
    """The application, the door that follows the supergraph file when told to, and `front`, the quickest way in."""

    application: FastAPI
    door: ReloadingDoor
    front: Front
    sockets: SocketEndpoint
    followers: Listeners = field(default_factory=Listeners)

    def end_listening(self) -> None:
        """Subscriptions are complete, and connections are closed when nothing runs on them."""
        self.door.listeners.end(Ended())
        self.followers.end(Ended())
        self.sockets.end()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway(OpenGateway):
    """That, and what its background work needs."""

    grants: Grants

    @property
    def engine(self) -> Engine:
        """The one that serves new requests now."""
        return self.door.engine

    async def subscribe(self, broker: Broker) -> None:
        await listen(broker, self.grants.drop)


def new_gateway(settings: GatewaySettings, transport: Transport) -> Gateway:
    """Raises SettingsError, OSError or SupergraphError when the key or the supergraph cannot be used."""
    signer = _signer(settings)
    peers = {name: Peer(name, settings.address(name), transport, signer) for name in PURPOSES}
    cookie = SECURE_COOKIE if settings.secure_cookies else INSECURE_COOKIE
    registered = Registered.read(settings.oidc_providers, settings.sealing_keys, settings.public_url)
    rechecks, bearers = Rechecks(peers["access"], registered), BearerTokens(settings.trusted_issuers)
    grants = Grants(peers["access"], bearers=bearers, recheck=rechecks.begin)
    provider_routes = ProviderRoutes(peers["access"], registered, cookie)
    contexts, usage = SignedContexts(signer, PURPOSES), Usage()
    bodies = BodyLimits(settings.limit_body, settings.limit_mutation_body)
    reading = Reading(_documents(settings), usage, bodies)
    restraint = Restraint(
        budgets=Budgets(settings.limit_cost_per_minute), refuse_whole=settings.refuse_whole_operations
    )

    def build(supergraph: str) -> Door:
        engine = _engine(supergraph, settings, transport)
        listeners = Listeners(settings.limit_listeners, settings.limit_listeners_per_caller)
        return GuardedDoor(engine, reading, grants, contexts, cookie, restraint, listeners)

    door = ReloadingDoor(settings.supergraph, build, usage)
    sockets = SocketEndpoint(door, settings.public_url, most_message=settings.limit_body)
    endpoint = GraphEndpoint(door, query_page, sockets)

    application = bare_application("gateway", {"access": lambda: _check(peers["access"])})
    application.router.routes.extend(_graph_routes(endpoint))
    application.include_router(Sessions(peers["access"], grants, cookie, provider_routes.farewell).router)
    application.include_router(provider_routes.router)
    files = CallersPeer("files", settings.address("files"), transport, contexts)
    application.include_router(FileRoutes(files, grants, cookie, restraint.budgets).router)
    application.include_router(CatalogueRoutes().router)
    notifications = CallersPeer("notifications", settings.address("notifications"), transport, contexts)
    followers = Listeners(settings.limit_listeners, settings.limit_listeners_per_caller)
    application.include_router(FeedRoutes(notifications, grants, cookie, followers).router)
    application.include_router(page_routes(lambda: _states(peers), settings.store_origin))
    application.router.routes.extend(file_mounts(settings.assets))
    return Gateway(
        application=application,
        door=door,
        front=Front(_GRAPH, endpoint, application),
        sockets=sockets,
        followers=followers,
        grants=grants,
    )


def new_open_gateway(
    supergraph: Path,
    transport: Transport,
    assets: Path,
    limits: Limits | None = None,
    labels: frozenset[str] = frozenset(),
) -> OpenGateway:
    """The engine alone, without sign-in, for any supergraph. Raises SupergraphError and OSError."""
    usage = Usage()
    reading = Reading(PersistedDocuments(), usage, OPEN_BODIES)

    def build(text: str) -> Door:
        return OpenDoor(Engine(text, transport, limits=limits, labels=labels), reading, Listeners(most_each=MOST))

    door = ReloadingDoor(supergraph, build, usage)
    sockets = SocketEndpoint(door, most_message=OPEN_BODIES.any)
    endpoint = GraphEndpoint(door, open_query_page, sockets)
    application = bare_application("gateway", {})
    application.router.routes.extend(_graph_routes(endpoint))
    application.router.routes.append(Route("/", RedirectResponse("/graphql")))
    application.router.routes.extend(file_mounts(assets))
    return OpenGateway(application=application, door=door, front=Front(_GRAPH, endpoint, application), sockets=sockets)


def _graph_routes(endpoint: GraphEndpoint) -> list[BaseRoute]:
    return [Route(_GRAPH, endpoint), WebSocketRoute(_GRAPH, endpoint)]


def _signer(settings: GatewaySettings) -> Signer:
    try:
        return Signer(NAME, settings.signing_key)
    except (ValueError, UnsupportedAlgorithm):  # whose words could show parts of the key
        raise SettingsError("GATEWAY_SIGNING_KEY must be an Ed25519 private key in PEM form") from None


def _documents(settings: GatewaySettings) -> Documents:
    if settings.trusted_documents is None:
        return PersistedDocuments()
    try:
        return TrustedDocuments(settings.trusted_documents)
    except ManifestError as error:
        raise SettingsError(f"GATEWAY_TRUSTED_DOCUMENTS: {error}") from error


def _engine(supergraph: str, settings: GatewaySettings, transport: Transport) -> Engine:
    """Subgraphs of others are at the address that the supergraph names, unless the settings name one."""
    limits = Limits(
        request_seconds=settings.request_seconds,
        fetch_seconds=settings.fetch_seconds,
        operation=settings.operation_limits,
    )
    addresses = {name: f"{settings.address(name)}/graphql" for name in {*PURPOSES, *settings.peers}}
    return Engine(supergraph, transport, addresses, limits=limits, labels=settings.override_labels)


async def _check(peer: Peer) -> None:
    """Raises Fault when the service is not there, or is there and not ready."""
    try:
        await peer.ask("ready", {}, timeout=_PATIENCE_SECONDS)
    except NotFound as error:
        raise Fault(peer.name, "does not tell whether it is ready") from error


async def _states(peers: Mapping[str, Peer]) -> list[dict[str, Any]]:
    states = await asyncio.gather(*map(_state, peers.values()))
    return [
        {"name": NAME, "purpose": "the graph's one endpoint, sign-in and these pages", "state": "ok"},
        *[{"name": name, "purpose": PURPOSES[name], "state": state} for name, state in zip(peers, states, strict=True)],
    ]


async def _state(peer: Peer) -> str:
    try:
        await _check(peer)
    except Fault:
        return "does not answer"
    return "ok"
