"""A service under test: its migrated database, its application asked in process, its events, its statements counted.

async with running(SERVICE, service_databases["files"], signing_keys, {"access": Published(...)}) as service:
    answer = await service.graph("{ me { id } }", user({"incident.view": [company]}))
"""

from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson
import structlog
from sqlalchemy import event, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

from chassis.access import EVERY_COMPANY, Actor, ActorKind, Everywhere, Scope
from chassis.auth import CONTEXT_HEADER, SUBGRAPHS, Signer
from chassis.commandline import Service
from chassis.context import to_claims
from chassis.database import Database
from chassis.identifiers import uuid7
from chassis.peers import Peer
from chassis.runtime import Runtime, ServiceSettings
from chassis.tables import EventRow
from chassis.transport import InProcessTransport
from deploy.local.provision import DatabaseUrls

Json = dict[str, Any]
SYSTEM = Actor.system("test", EVERY_COMPANY)  # for what a test prepares and looks up
_SETTINGS_OF_A_TRANSACTION = "select set_config("


def signer(name: str, keys: Path) -> Signer:
    """Signs in the name of a deployable; `keys` is what the fixture `signing_keys` gives."""
    return Signer(name, (keys / f"{name}.pem").read_text())


def user(
    held: Mapping[str, Iterable[UUID] | Everywhere] | None = None,
    *,
    id: UUID | None = None,
    name: str = "Ada",
    locales: tuple[str, ...] = ("en",),
    kind: ActorKind = ActorKind.USER,
) -> Actor:
    """Someone who holds each permission of `held` in the companies it names."""
    scope = {permission: at if isinstance(at, Everywhere) else frozenset(at) for permission, at in (held or {}).items()}
    return Actor(id=id or uuid7(), kind=kind, name=name, scope=Scope(scope), locales=locales)


def settings_of(service: Service, urls: DatabaseUrls, keys: Path, **more: Any) -> ServiceSettings:
    return service.settings(
        database_url=urls.app,
        database_owner_url=urls.owner,
        signing_key=(keys / f"{service.name}.pem").read_text(),
        trusted_keys=keys / "public",
        **more,
    )


async def empty(owner_url: str) -> None:
    """Takes every row out of every table. Only tables that take room are truncated: each takes milliseconds."""
    engine = create_async_engine(owner_url, poolclass=NullPool)
    async with engine.begin() as connection:
        if tables := [name for name in await connection.scalars(_FILLED) if name != "alembic_version"]:
            await connection.execute(text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE"))
    await engine.dispose()


_FILLED: Final = text(
    """
    SELECT quote_ident(relname) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
    """
)


class RunningService:
    """What `running` gives: the service behind its real HTTP application."""

    def __init__(self, service: Service, settings: ServiceSettings, keys: Path, transport: InProcessTransport) -> None:
        self.name = service.name
        self.runtime: Runtime = service.runtime(settings, transport)
        self.database: Database = self.runtime.database
        self.application = service.application(self.runtime)
        self.transport = transport
        transport.applications[service.name] = self.application
        self._settings = settings
        self._keys = keys
        self._gateway = signer("gateway", keys)

    async def graph(self, query: str, actor: Actor, **variables: Any) -> Json:
        """The subgraph's answer, `{"data", "errors"?}`, to `actor`."""
        headers = {CONTEXT_HEADER: self._gateway.sign(SUBGRAPHS, to_claims(actor)), "content-type": "application/json"}
        body = orjson.dumps({"query": query, "variables": variables})
        answer = await self.transport.post(f"http://{self.name}/graphql", body, headers, timeout=30)
        assert answer.status == 200, answer.body
        found: Json = orjson.loads(answer.body)
        return found

    async def data(self, query: str, actor: Actor, **variables: Any) -> Any:
        """The data of an answer without errors."""
        answer = await self.graph(query, actor, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def entities(self, kind: str, ids: Iterable[UUID | str], fields: str, actor: Actor) -> list[Any]:
        """What the subgraph tells of these references, `fields` being a selection such as `id name`."""
        query = f"query ($of: [_Any!]!) {{ _entities(representations: $of) {{ ... on {kind} {{ {fields} }} }} }}"
        found: list[Any] = (await self.data(query, actor, of=[{"__typename": kind, "id": str(each)} for each in ids]))[
            "_entities"
        ]
        return found

    async def ask(self, question: str, body: Any, *, caller: str) -> Any:
        """An internal look-up in the name of the deployable `caller`. Raises NotFound or Fault as peers do."""
        return await Peer(self.name, f"http://{self.name}", self.transport, signer(caller, self._keys)).ask(
            question, body, timeout=30
        )

    async def events(self) -> list[EventRow]:
        """The event log, oldest first."""
        async with self.database.read(SYSTEM) as session:
            return list(await session.scalars(select(EventRow).order_by(EventRow.id)))

    async def empty(self) -> None:
        await empty(self._settings.database_owner_url or "")

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Collects the SQL of everything executed inside, without what opens each transaction."""
        seen: list[str] = []

        def note(_: Any, __: Any, statement: str, *___: Any) -> None:
            if not statement.startswith(_SETTINGS_OF_A_TRANSACTION):
                seen.append(statement)

        engine = self.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)


@asynccontextmanager
async def running(
    service: Service,
    urls: DatabaseUrls,
    keys: Path,
    peers: Mapping[str, ASGIApp] | None = None,
    **settings: Any,
) -> AsyncIterator[RunningService]:
    """Migrates the service's database and puts its application together; `peers` answer in the others' place."""
    _log_plainly()
    chosen = settings_of(service, urls, keys, **settings)
    await service.migrate(chosen)
    applications: MutableMapping[str, ASGIApp] = dict(peers or {})
    made = RunningService(service, chosen, keys, InProcessTransport(applications))
    try:
        yield made
    finally:
        await made.runtime.close()


def _log_plainly() -> None:
    """Without the colourful stack of every local value that is structlog's default: it takes seconds."""
    if not structlog.is_configured():
        plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        structlog.configure(processors=[structlog.processors.add_log_level, plain])


class Published:
    """Stands for another service: answers snapshots and look-ups from the rows put into `rows[name]`."""

    def __init__(self, **rows: list[Json]) -> None:
        self.rows: dict[str, list[Json]] = rows
        self.asked: list[str] = []

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        _, _, way, name = request.url.path.split("/")
        self.asked.append(f"{way}/{name}")
        found = self._find(way, name, await request.json())
        await Response(orjson.dumps(found), media_type="application/json")(scope, receive, send)

    def _find(self, way: str, name: str, asked: Json) -> list[Json]:
        rows = sorted(self.rows.get(name, []), key=lambda row: str(row["id"]))
        if way == "snapshots":
            return [row for row in rows if str(row["id"]) > (asked["after"] or "")][: asked["limit"]]
        ids: Collection[str] = asked.get("ids", ())
        codes: Collection[str] = asked.get("codes", ())
        return [row for row in rows if str(row["id"]) in ids or row.get("code") in codes]
