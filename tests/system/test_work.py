"""The background halves of two services as processes of their own, which meet on a real broker only."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import orjson
import pytest
from yarl import URL

from chassis.broker import Sharing, Subscription
from chassis.identifiers import uuid7
from chassis.migrations import migrate
from deploy.local.ports import pick
from deploy.local.postgres import Connection, PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import DatabaseUrls, provision
from deploy.local.rabbitmq.server import RabbitServer
from deploy.local.services import SERVICES
from tests.support.collector import collecting
from tests.support.figures import parsed
from tests.support.rabbitmq import forget

ROOT = Path(__file__).parents[2]
NAMES = ("files", "incidents")
PREFIX = "work"
TRACE, PARENT = "a" * 32, "b" * 16
Start = Callable[..., Awaitable["Working"]]


class Working:
    """A `work` process."""

    def __init__(self, process: Process, port: int) -> None:
        self.process = process
        self._address = f"http://127.0.0.1:{port}"

    async def get(self, path: str) -> tuple[int, str]:
        """Waits until it listens."""
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(self._address + path) as answer:
                        return answer.status, await answer.text()
                except aiohttp.ClientConnectionError:
                    assert self.process.returncode is None, "it ended before it listened"
                    await asyncio.sleep(0.05)

    async def ready(self) -> dict[str, Any]:
        while True:
            status, body = await self.get("/readyz")
            if status == 200:
                answer: dict[str, Any] = orjson.loads(body)
                return answer
            await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
async def urls(postgres_server: PostgresServer, session_secrets: Secrets) -> Mapping[str, DatabaseUrls]:
    """Of migrated databases."""
    made = await provision(postgres_server, NAMES, session_secrets, prefix=PREFIX)
    for service in SERVICES:
        if service.name in NAMES:
            await migrate(made[service.name].owner, made[service.name].app, service.versions, service.metadata)
    return made


@pytest.fixture
def environment(
    urls: Mapping[str, DatabaseUrls], signing_keys: Path, rabbitmq_server: RabbitServer
) -> Callable[[str], dict[str, str]]:
    """Of one process of a service."""

    def of(name: str) -> dict[str, str]:
        settings = {
            "DATABASE_URL": urls[name].app,
            "SIGNING_KEY_FILE": str(signing_keys / f"{name}.pem"),
            "TRUSTED_KEYS": str(signing_keys / "public"),
            "AMQP_URL": rabbitmq_server.url,
            "PORT": str(pick()),
            **(dict.fromkeys(("S3_ENDPOINT", "S3_BUCKET", "S3_ACCESS_KEY", "S3_SECRET_KEY"), "http://127.0.0.1:9")
               if name == "files" else {}),
        }  # fmt: skip
        return {f"{name.upper()}_{setting}": value for setting, value in settings.items()}

    return of


async def run(name: str, command: str, environment: Mapping[str, str]) -> Process:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("FILES_", "INCIDENTS_"))}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"services.{name}", command), cwd=ROOT, env=kept | dict(environment), stderr=PIPE
    )


@pytest.fixture
async def start(environment: Callable[[str], dict[str, str]], rabbitmq_server: RabbitServer) -> AsyncIterator[Start]:
    """Starts `work` of a service; ends what is left of it."""
    started: list[Process] = []

    async def begin(name: str, **more: str) -> Working:
        settings = environment(name) | {f"{name.upper()}_{setting}": value for setting, value in more.items()}
        started.append(await run(name, "work", settings))
        return Working(started[-1], int(settings[f"{name.upper()}_PORT"]))

    yield begin
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.communicate()
    wanted = [
        ("files", "incidents"),
        ("notifications", "incidents"),
        ("incidents", "access"),
        ("incidents", "directories"),
    ]
    await forget(
        rabbitmq_server.url,
        [Subscription(group=a, source=b, types=frozenset(), sharing=Sharing.SPREAD) for a, b in wanted],
    )


@asynccontextmanager
async def sessions(server: PostgresServer) -> AsyncIterator[list[Connection]]:
    """At the databases of NAMES, in their order."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(server.session(f"{PREFIX}_{name}")) for name in NAMES]


async def register(count: int, incidents: Connection, traceparent: str | None = None) -> list[UUID]:
    """Tells of new incidents, as their registration would."""
    subjects = [uuid7() for _ in range(count)]
    for number, subject in enumerate(subjects):
        await incidents.execute(
            "INSERT INTO event (event_id, type, subject, company_id, sequence, restricted, data, traceparent)"
            " VALUES ($1, 'incident.registered.v1', $2, $3, 1, false, $4, $5)",
            *(uuid7(), subject, uuid7(), orjson.dumps({"reference": f"A-{number}", "responsible_id": None}).decode()),
            traceparent,
        )
    return subjects


async def until_known(subjects: list[UUID], files: Connection) -> None:
    wanted = "SELECT count(*) FROM incident_ref WHERE id = any($1::uuid[])"
    while await files.fetchval(wanted, subjects) < len(subjects):
        await asyncio.sleep(0.05)


async def test_what_one_service_tells_takes_effect_in_another_once_whatever_dies(
    start: Start, postgres_server: PostgresServer
) -> None:
    async with sessions(postgres_server) as (files, incidents):
        early = await register(5, incidents)
        telling = await start("incidents")
        await telling.ready()
        while await incidents.fetchval("SELECT count(*) FROM event WHERE published_at IS NULL"):
            await asyncio.sleep(0.05)
        listening = [await start("files"), await start("files")]
        for each in listening:
            assert await each.ready() == {
                "ready": True,
                "degraded": False,
                "checks": {"database": "ok", "broker": "ok"},
            }
        await until_known(early, files)

        listening[0].process.kill()
        await until_known(await register(50, incidents), files)

        handled = await files.fetchval("SELECT count(*) FROM handled_event")
        assert (handled, await files.fetchval("SELECT count(*) FROM parked_event")) == (55, 0)
        teller, listener = [parsed((await each.get("/metrics"))[1]) for each in (telling, listening[1])]
        assert teller["outbox_pending", frozenset({("service", "incidents")})] == 0
        assert teller["relay_is_leader", frozenset({("service", "incidents")})] == 1
        queued = {("group", "files"), ("source", "incidents"), ("where", "queued")}
        assert listener["consumer_lag_events", frozenset(queued)] == 0
        for each in (telling, listening[1]):
            each.process.terminate()
            _, complaints = await each.process.communicate()
            assert each.process.returncode == 0, complaints


async def test_a_trace_goes_on_in_another_process(start: Start, postgres_server: PostgresServer) -> None:
    with collecting() as collector:
        working = [await start(name, TRACES_ENDPOINT=collector.url) for name in ("files", "incidents")]
        for each in working:
            await each.ready()
        async with sessions(postgres_server) as (files, incidents):
            await until_known(await register(1, incidents, f"00-{TRACE}-{PARENT}-01"), files)
        for each in working:
            each.process.terminate()
            await each.process.wait()
    heard = collector.one("files incident.registered.v1")
    assert (heard.service, heard.trace, heard.parent) == ("files", TRACE, PARENT)
    assert "INSERT" in {span.name for span in collector.of(TRACE) if span.parent == heard.id}


async def test_a_broker_that_refuses_ends_the_process_with_one_line(
    environment: Callable[[str], dict[str, str]],
) -> None:
    settings = environment("files")
    settings["FILES_AMQP_URL"] = str(URL(settings["FILES_AMQP_URL"]).with_password("wrong"))
    refused = await run("files", "work", settings)
    _, complaints = await refused.communicate()
    assert refused.returncode == 2
    last = complaints.decode().splitlines()[-1]
    assert last.startswith("files work: FILES_AMQP_URL: broker: ACCESS_REFUSED")
    assert last.endswith("correct the user or the password in AMQP_URL")
