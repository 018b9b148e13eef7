"""A gateway under test before two subgraphs in memory and a service `access` that answers from a table.

The subgraph `incidents` tells events as well. The graph is small but has each case of authorization: company ids in an
argument, in a nested filter, in a list of input objects; a permission without companies; one on a field behind an
interface; a refused field that may not be null.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
from pydantic import BaseModel
from starlette.routing import Mount, Router
from starlette.types import ASGIApp

from chassis.access import Actor, ActorKind, Everywhere, Scope
from chassis.auth import Keyring, Verifier
from chassis.errors import NotFound
from chassis.internal import InternalRoutes
from chassis.transport import InProcessTransport
from gateway.app import Gateway, new_gateway
from gateway.identity.credentials import digest
from gateway.settings import GatewaySettings
from tests.support.subgraphs import Subgraph
from tests.support.teller import Teller

HERE = Path(__file__).parent / "gateway_graph"
COOKIE = "__Host-registry-session"
MINE, ALSO_MINE, FOREIGN = (UUID(int=number) for number in (1, 2, 3))


class _Anything(BaseModel, extra="allow"):
    """A question as it comes."""


@dataclass
class Access:
    """Knows `grants` by the digest of the credential; `asked` are the questions, `sign_in` the next answer to one."""

    routes: InternalRoutes
    grants: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    sign_in: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for question, answer in {
            "grants": self._grants,
            "identity-grants": self._identity_grants,
            "sign-in": self._sign_in,
            "sign-in-oidc": self._sign_in_oidc,
            "end-identity-sessions": self._end_identity_sessions,
            "session-rechecked": self._session_rechecked,
            "change-password": self._change_password,
            "sign-out": self._sign_out,
            "ready": self._ready,
        }.items():
            self.routes.on(question, callers=["gateway"], reads=_Anything, answer=answer)

    @property
    def application(self) -> ASGIApp:
        return Router([Mount("/internal", self.routes.router)])

    def lets_in(self, secret: str, actor: Actor) -> None:
        """From now on `secret`, a session's token, an API key, or the subject of an issuer, stands for `actor`."""
        self.grants[digest(secret)] = {
            "actor": {"id": str(actor.id), "kind": actor.kind, "name": actor.name, "locale": actor.locales[0]},
            "scope": actor.scope.to_claims(),
        }

    def questions(self, name: str) -> list[dict[str, Any]]:
        return [body for question, body in self.asked if question == name]

    async def _grants(self, asked: _Anything) -> Any:
        self._note("grants", asked)
        known = self.grants.get(asked.model_dump()["digest"])
        if known is None:
            raise NotFound("The credential was")
        return known

    async def _identity_grants(self, asked: _Anything) -> Any:
        """By the digest of the subject."""
        self._note("identity-grants", asked)
        known = self.grants.get(digest(asked.model_dump()["subject"]))
        if known is None:
            raise NotFound("The user was")
        return known

    async def _sign_in(self, asked: _Anything) -> Any:
        self._note("sign-in", asked)
        return self.sign_in

    async def _sign_in_oidc(self, asked: _Anything) -> Any:
        self._note("sign-in-oidc", asked)
        return self.sign_in

    async def _end_identity_sessions(self, asked: _Anything) -> Any:
        self._note("end-identity-sessions", asked)
        return {"ended": 1}

    async def _session_rechecked(self, asked: _Anything) -> Any:
        self._note("session-rechecked", asked)
        return {"found": True}

    async def _change_password(self, asked: _Anything) -> Any:
        self._note("change-password", asked)
        return self.sign_in

    async def _sign_out(self, asked: _Anything) -> Any:
        self._note("sign-out", asked)
        return {"ended": self.grants.pop(asked.model_dump()["token_digest"], None) is not None}

    async def _ready(self, _: _Anything) -> Any:
        return {"ready": True}

    def _note(self, question: str, asked: _Anything) -> None:
        self.asked.append((question, asked.model_dump()))


@dataclass(frozen=True)
class Reply:
    """An answer of the gateway. `headers` has the last of each name, `cookies` every set-cookie header."""

    status: int
    headers: Mapping[str, str]
    cookies: list[str]
    body: bytes

    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.json().get("errors", ())]


async def send(
    application: ASGIApp,
    method: str,
    path: str,
    body: bytes = b"",
    headers: Mapping[str, str] | list[tuple[str, str]] | None = None,
) -> Reply:
    """One HTTP request without a socket; the body comes in two pieces."""
    pairs = list(headers.items()) if isinstance(headers, Mapping) else headers or []
    half = len(body) // 2
    pieces = [{"type": "http.request", "body": body[:half], "more_body": True}]
    pieces.append({"type": "http.request", "body": body[half:], "more_body": False})
    sent: list[Any] = []

    async def receive() -> Any:
        return pieces.pop(0) if pieces else await asyncio.Future()  # the caller stays

    async def take(message: Any) -> None:
        sent.append(message)

    way, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": way,
        "raw_path": way.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in pairs],
        "client": ("192.0.2.7", 40_000),
        "server": ("127.0.0.1", 8000),
    }
    await application(scope, receive, take)
    got = [(name.decode(), value.decode("latin-1")) for name, value in sent[0]["headers"]]
    cookies = [value for name, value in got if name == "set-cookie"]
    return Reply(sent[0]["status"], dict(got), cookies, b"".join(piece.get("body", b"") for piece in sent[1:]))


@dataclass
class World:
    gateway: Gateway
    access: Access
    incidents: Subgraph
    directories: Subgraph
    transport: InProcessTransport
    teller: Teller

    async def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | list[tuple[str, str]] | None = None,
    ) -> Reply:
        return await send(self.gateway.application, method, path, body, headers)

    async def ask(self, query: str, *, key: str | None = None, variables: Any = None, **headers: str) -> Reply:
        """POSTs to the graph with the API key; underscores in `headers` stand for hyphens."""
        sent = {"content-type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            sent["authorization"] = f"Bearer {key}"
        body = {"query": query} | ({} if variables is None else {"variables": variables})
        return await self.send("POST", "/graphql", orjson.dumps(body), sent)

    def user(self, key: str | None = None, **held: Any) -> str:
        """The API key of a new user who holds `incident_view=[company]`, and so on, everywhere for "all"."""
        secret = key or f"ir_{uuid4().hex[:12]}_{uuid4().hex}"
        self.access.lets_in(secret, new_actor(**held))
        return secret

    @property
    def sent(self) -> int:
        """How many requests reached a subgraph."""
        return len(self.incidents.bodies) + len(self.directories.bodies)

    @property
    def documents(self) -> str:
        return "\n".join(body["query"] for body in (*self.incidents.bodies, *self.directories.bodies))


def new_actor(id: UUID | None = None, locales: tuple[str, ...] = ("en",), **held: Any) -> Actor:
    """`incident_view=[company]` or `incident_view=EVERY_COMPANY`."""
    scope = {
        name.replace("_", ".", 1): companies if isinstance(companies, Everywhere) else frozenset(companies)
        for name, companies in held.items()
    }
    return Actor(id=id or uuid4(), kind=ActorKind.USER, name="Ada", scope=Scope(scope), locales=locales)


def open_world(keys: Path, **settings: Any) -> World:
    """`keys` is what the fixture `signing_keys` gives."""
    transport = InProcessTransport({})
    access = Access(InternalRoutes(Verifier(Keyring.read(keys / "public"), "access")))
    data = orjson.loads((HERE / "data.json").read_bytes())
    incidents = Subgraph((HERE / "incidents.graphql").read_text(), data)
    teller = Teller(incidents)
    directories = Subgraph((HERE / "directories.graphql").read_text(), data)
    transport.applications.update(access=access.application, incidents=teller, directories=directories)
    given = {"supergraph": HERE / "supergraph.graphql", **settings}
    chosen = GatewaySettings(signing_key=(keys / "gateway.pem").read_text(), **given)
    return World(new_gateway(chosen, transport), access, incidents, directories, transport, teller)
