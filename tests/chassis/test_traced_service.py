"""A service over HTTP: its spans go on with the caller's trace, which only the header can have told it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
import strawberry
import uvicorn
from sqlalchemy import text
from starlette.types import ASGIApp

from chassis.asgi import service_application
from chassis.auth import CONTEXT_HEADER, SUBGRAPHS, Signer
from chassis.context import to_claims
from chassis.database import Database
from chassis.graphql.context import GraphRequest
from chassis.graphql.schema import SilentSchema
from chassis.peers import Peer
from chassis.runtime import GATEWAY, Runtime, ServiceSettings
from chassis.settings import load
from chassis.trace_export import TracingSettings, exported
from chassis.tracing import trace
from chassis.transport import HttpTransport
from deploy.local.provision import DatabaseUrls
from tests.support.collector import Collector, collecting
from tests.support.things import VERSIONS, WALLS, user

SERVER, CLIENT = 2, 3
During = Callable[[str, Runtime], Awaitable[Any]]
Run = Callable[[During], Awaitable[Any]]


@strawberry.type
class Query:
    @strawberry.field
    async def one(self, info: strawberry.Info[GraphRequest, None]) -> int:
        return await _scalar(info, "SELECT 1")

    @strawberry.field
    async def wrong(self, info: strawberry.Info[GraphRequest, None]) -> int | None:
        return await _scalar(info, "SELECT 1 / 0")

    @strawberry.field
    async def lost(self, info: strawberry.Info[GraphRequest, None]) -> int | None:
        return await _scalar(info, "SELECT pg_terminate_backend(pg_backend_pid())")

    @strawberry.field
    def trace(self, info: strawberry.Info[GraphRequest, None]) -> str | None:
        return info.context.cause.traceparent


databases: list[Database] = []


async def _scalar(info: strawberry.Info[GraphRequest, None], statement: str) -> int:
    async with databases[-1].read(info.context.actor) as session:
        found: int = await session.scalar(text(statement))
    return found


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as made:
        yield made


@asynccontextmanager
async def listening(application: ASGIApp) -> AsyncIterator[str]:
    """At an address, in tasks that inherit nothing of the caller's."""
    place = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, lifespan="off", log_config=None))
    task = asyncio.create_task(server._serve([place]))
    yield f"http://127.0.0.1:{place.getsockname()[1]}"
    server.should_exit = True
    await task


@pytest.fixture
def run(thing_urls: DatabaseUrls, keys: Path, collector: Collector) -> Run:
    """Does something while the traced service is served, and returns when all spans have been sent."""
    environment = {
        "INCIDENTS_DATABASE_URL": thing_urls.app,
        "INCIDENTS_SIGNING_KEY_FILE": str(keys / "incidents.pem"),
        "INCIDENTS_TRUSTED_KEYS": str(keys / "public"),
    }

    async def run(during: During) -> Any:
        transport = HttpTransport()
        async with exported("incidents", TracingSettings(traces_endpoint=collector.url)):
            runtime = Runtime("incidents", load(ServiceSettings, "INCIDENTS", environment), transport, WALLS, VERSIONS)
            databases.append(runtime.database)
            application = service_application(runtime, SilentSchema(Query), lambda request: request)
            async with listening(application) as address:
                found = await during(address, runtime)
            await runtime.close()
            await transport.close()
        return found

    return run


@pytest.fixture
def ask(run: Run, signer: Callable[[str], Signer]) -> Callable[[str], Awaitable[Any]]:
    """What the gateway asks; the answer."""
    token = signer("gateway").sign(SUBGRAPHS, to_claims(user()))

    async def ask(query: str) -> Any:
        async def during(address: str, _: Runtime) -> Any:
            transport = HttpTransport()
            headers = {"content-type": "application/json", CONTEXT_HEADER: token}
            with trace.asked("fetch", headers):
                answer = await transport.post(f"{address}/graphql", orjson.dumps({"query": query}), headers, timeout=10)
            await transport.close()
            return orjson.loads(answer.body)

        return await run(during)

    return ask


async def test_a_subgraph_and_its_statements_go_on_with_the_trace_of_the_header(
    ask: Callable[[str], Awaitable[Any]], collector: Collector
) -> None:
    answer = await ask("{ one trace }")
    fetch, served = collector.one("fetch"), collector.one("incidents")
    statements = [span for span in collector.spans if span.name == "SELECT"]

    assert answer["data"]["one"] == 1
    assert {span.trace for span in collector.spans} == {fetch.trace}
    assert [fetch.kind, served.kind] == [CLIENT, SERVER]
    assert [fetch.parent, served.parent] == ["", fetch.id]
    assert answer["data"]["trace"] == f"00-{fetch.trace}-{served.id}-{answer['data']['trace'][-2:]}"
    assert {span.parent for span in statements} == {served.id}
    assert "SELECT 1" in {span.attributes["db.query.text"] for span in statements}


@pytest.mark.parametrize(
    ("field", "failure"), [("wrong", "DivisionByZeroError"), ("lost", "ConnectionDoesNotExistError")]
)
async def test_a_statement_that_fails_is_told_with_its_class(
    ask: Callable[[str], Awaitable[Any]], collector: Collector, field: str, failure: str
) -> None:
    await ask(f"{{ {field} }}")
    (failed,) = [span for span in collector.spans if span.failure]
    assert (failed.name, failed.failure) == ("SELECT", failure)
    assert collector.one("incidents").attributes == {"outcome": "partial"}


async def test_a_question_of_another_service_is_part_of_the_trace(
    run: Run, signer: Callable[[str], Signer], collector: Collector
) -> None:
    async def during(address: str, _: Runtime) -> Any:
        transport = HttpTransport()
        answer = await Peer("incidents", address, transport, signer(GATEWAY)).ask("ready", {})
        await transport.close()
        return answer

    assert await run(during) == {"ready": True}
    asked, served = collector.one("incidents ready"), collector.one("ready")
    assert (served.parent, served.trace) == (asked.id, asked.trace)
    assert {span.parent for span in collector.spans if span.name == "SELECT"} == {served.id}


async def test_what_a_service_does_by_itself_has_no_spans(run: Run, collector: Collector) -> None:
    async def during(_: str, runtime: Runtime) -> None:
        await runtime.check_database()

    await run(during)
    assert collector.spans == []
