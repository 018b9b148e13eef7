"""A service put together: its routes, its health, and what it says when it cannot start."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
import strawberry

from chassis import health as health_module
from chassis.asgi import service_application
from chassis.auth import CONTEXT_HEADER, SUBGRAPHS, Signer
from chassis.context import to_claims
from chassis.errors import Fault
from chassis.graphql.schema import SilentSchema
from chassis.runtime import Runtime, ServiceSettings
from chassis.settings import SettingsError, load
from chassis.transport import InProcessTransport
from chassis.worker import keep_trying
from deploy.local.provision import DatabaseUrls
from tests.support.things import VERSIONS, WALLS, user

MakeSigner = Callable[[str], Signer]


@strawberry.type
class Query:
    @strawberry.field
    def name(self, info: strawberry.Info[Any, None]) -> str:
        return str(info.context)


@pytest.fixture
def environment(thing_urls: DatabaseUrls, keys: Path) -> dict[str, str]:
    return {
        "INCIDENTS_DATABASE_URL": thing_urls.app,
        "INCIDENTS_SIGNING_KEY_FILE": str(keys / "incidents.pem"),
        "INCIDENTS_TRUSTED_KEYS": str(keys / "public"),
    }


def make_runtime(environment: dict[str, str]) -> Runtime:
    settings = load(ServiceSettings, "INCIDENTS", environment)
    return Runtime("incidents", settings, InProcessTransport({}), WALLS, VERSIONS)


@pytest.fixture
async def runtime(environment: dict[str, str]) -> AsyncIterator[Runtime]:
    made = make_runtime(environment)
    yield made
    await made.close()


Get = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
def get(runtime: Runtime) -> Get:
    """Asks the application: the status, and the body as JSON or text."""
    schema = SilentSchema(Query)
    checks = {"advice": _useless}
    application = service_application(runtime, schema, lambda request: request.actor.name, checks)

    async def ask(path: str, method: str = "GET", body: bytes = b"", **headers: str) -> tuple[int, Any]:
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "root_path": ""}
        scope["headers"] = [(name.encode(), value.encode()) for name, value in headers.items()]
        await application(scope, receive, send)
        text = b"".join(message.get("body", b"") for message in sent)
        return sent[0]["status"], orjson.loads(text) if text.startswith(b"{") else text.decode()

    return ask


async def _useless() -> None:
    raise Fault("advice", "is away")


async def test_alive_needs_nothing(get: Get, runtime: Runtime) -> None:
    await runtime.close()
    assert await get("/livez") == (200, "alive\n")


async def test_ready_tells_each_checks_state(get: Get) -> None:
    status, body = await get("/readyz")
    assert status == 200
    assert body == {"ready": True, "degraded": True, "checks": {"database": "ok", "advice": "advice: is away"}}


async def test_without_its_database_a_service_is_not_ready(get: Get, runtime: Runtime) -> None:
    runtime.database.engine.sync_engine.pool._timeout = 0.01  # type: ignore[attr-defined]  # a queue pool has one
    held = [await runtime.database.engine.connect() for _ in range(10)]
    status, body = await get("/readyz")
    assert (status, body["ready"]) == (503, False)
    assert body["checks"]["database"] == "database: all connections are in use"
    for connection in held:
        await connection.close()
    assert (await get("/readyz"))[0] == 200


async def test_a_check_that_hangs_is_not_waited_for(
    get: Get, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(health_module, "_PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(runtime.database, "ping", hang)
    status, body = await get("/readyz")
    assert (status, body["checks"]["database"]) == (503, "no answer within 0.05 s")


async def test_the_graph_answers_post_with_a_context_only(get: Get, signer: MakeSigner) -> None:
    token = signer("gateway").sign(SUBGRAPHS, to_claims(user()))
    assert (await get("/graphql", "GET", **{CONTEXT_HEADER: token}))[0] == 405
    assert (await get("/graphql", "POST", b'{"query": "{ name }"}'))[0] == 401
    answer = await get("/graphql", "POST", b'{"query": "{ name }"}', **{CONTEXT_HEADER: token})
    assert answer == (200, {"data": {"name": "Kim"}})


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/internal/unknown", "/"])
async def test_nothing_else_is_served(path: str, get: Get) -> None:
    assert (await get(path))[0] == 404


async def test_internal_questions_are_not_for_everybody(get: Get) -> None:
    assert (await get("/internal/ready", "POST", b"{}"))[0] == 403


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("INCIDENTS_DATABASE_URL", "nonsense"),
        ("INCIDENTS_SIGNING_KEY_FILE", "/dev/null"),
        ("INCIDENTS_TRUSTED_KEYS", "/nowhere"),
        ("INCIDENTS_TRUSTED_KEYS", "WRONG KEYS"),
        ("INCIDENTS_PEERS", "nonsense"),
    ],
)
def test_what_cannot_start_says_so_in_one_line_that_names_the_variable(
    variable: str, value: str, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "access.pem").write_text("nonsense")
    environment[variable] = str(tmp_path) if value == "WRONG KEYS" else value
    with pytest.raises(SettingsError) as caught:
        make_runtime(environment)
    line = str(caught.value)
    assert line.startswith(variable.removesuffix("_FILE"))
    assert "\n" not in line


async def test_a_background_task_is_tried_again_until_it_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.worker._RETRY_SECONDS", 0)
    troubles: list[Exception] = [Fault("database", "is away"), ZeroDivisionError(), OSError()]

    async def run() -> None:
        if troubles:
            raise troubles.pop()

    await keep_trying("example", run)
    assert troubles == []


async def test_a_cancelled_background_task_ends() -> None:
    async def run() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await keep_trying("example", run)


@pytest.mark.parametrize(
    ("name", "value"),
    [("LOG_STYLE", "xml"), ("LOG_LEVEL", "loud"), ("PORT", "65536"), ("PORT", "-1"), ("DATABASE_CONNECTIONS", "0")],
)
def test_a_setting_out_of_its_range_stops_the_start_with_one_line(
    environment: dict[str, str], name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=f"^INCIDENTS_{name}: Input should be [^\n]*$"):
        load(ServiceSettings, "INCIDENTS", environment | {f"INCIDENTS_{name}": value})


@pytest.mark.parametrize("address", ["nonsense", "http://broker/", "amqp:///", "amqp://user:secret@host:0/"])
def test_what_is_no_address_of_a_broker_is_told_without_its_password(environment: dict[str, str], address: str) -> None:
    told = r"^INCIDENTS_AMQP_URL: the address of a broker is like amqp://user:password@10\.0\.0\.5:5672/, "
    with pytest.raises(SettingsError, match=told) as refusal:
        load(ServiceSettings, "INCIDENTS", environment | {"INCIDENTS_AMQP_URL": address})
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value"), [("HOST", ""), ("PEERS", '{"access": "10.0.0.5:8000"}'), ("PEERS", '{"access": ""}')]
)
def test_an_address_that_would_fail_later_stops_the_start(environment: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^INCIDENTS_{name}: "):
        load(ServiceSettings, "INCIDENTS", environment | {f"INCIDENTS_{name}": value})
