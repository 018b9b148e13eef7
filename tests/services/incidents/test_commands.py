"""`python -m services.incidents` from the outside."""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest

from deploy.local.ports import pick
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import DatabaseUrls, provision

ROOT = Path(__file__).parents[3]


async def start(command: str, environment: Mapping[str, str]) -> asyncio.subprocess.Process:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INCIDENTS_")}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.incidents", command, cwd=ROOT, env=kept | dict(environment),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def run(command: str, environment: Mapping[str, str]) -> tuple[int | None, str, str]:
    process = await start(command, environment)
    output, complaints = await process.communicate()
    return process.returncode, output.decode(), complaints.decode()


@pytest.fixture(scope="module")
async def urls(postgres_server: PostgresServer, session_secrets: Secrets) -> DatabaseUrls:
    """Of a database that nobody has migrated."""
    return (await provision(postgres_server, ["incidents"], session_secrets, prefix="bare"))["incidents"]


@pytest.fixture
def environment(urls: DatabaseUrls, signing_keys: Path) -> dict[str, str]:
    return {
        "INCIDENTS_DATABASE_URL": urls.app,
        "INCIDENTS_DATABASE_OWNER_URL": urls.owner,
        "INCIDENTS_SIGNING_KEY_FILE": str(signing_keys / "incidents.pem"),
        "INCIDENTS_TRUSTED_KEYS": str(signing_keys / "public"),
        "INCIDENTS_PORT": str(pick()),
    }


async def test_schema_says_the_committed_schema() -> None:
    status, output, _ = await run("schema", {})

    assert status == 0
    assert output == (ROOT / "services/incidents/graphql/schema.graphql").read_text()


async def test_work_without_a_broker_names_the_setting(environment: dict[str, str]) -> None:
    status, output, complaints = await run("work", environment)

    assert (status, output) == (2, "")
    assert complaints == (
        "incidents work: INCIDENTS_AMQP_URL is not set: it is the address of RabbitMQ "
        "(amqp://user:password@host:5672/); or run all in one process, without it: make up\n"
    )


async def test_what_is_not_set_stops_the_start_with_one_line() -> None:
    status, _, complaints = await run("serve", {})

    assert status == 2
    assert complaints.count("\n") == 1
    named = ("INCIDENTS_DATABASE_URL", "INCIDENTS_SIGNING_KEY", "INCIDENTS_TRUSTED_KEYS")
    assert [variable in complaints for variable in named] == [True] * 3


async def test_a_typing_slip_stops_the_start_with_one_line(environment: dict[str, str]) -> None:
    status, _, complaints = await run("migrate", environment | {"INCIDENTS_DATABSE_URL": "slip"})

    assert status == 2
    assert complaints.startswith("incidents migrate: INCIDENTS_DATABSE_URL is no setting")
    assert complaints.count("\n") == 1


async def test_migrating_takes_the_owners_address(environment: dict[str, str]) -> None:
    del environment["INCIDENTS_DATABASE_OWNER_URL"]

    status, _, complaints = await run("migrate", environment)

    assert status == 2
    assert "INCIDENTS_DATABASE_OWNER_URL is not set" in complaints


async def test_it_serves_what_it_migrated_and_nothing_else(environment: dict[str, str]) -> None:
    early, _, complaints = await run("serve", environment)
    migrations = await asyncio.gather(*(run("migrate", environment) for _ in range(2)))
    server = await start("serve", environment)
    try:
        ready, refused = await ask(f"http://127.0.0.1:{environment['INCIDENTS_PORT']}")
    finally:
        server.terminate()
        await server.communicate()

    assert (early, "run `migrate`" in complaints) == (2, True)
    assert [status for status, *_ in migrations] == [0, 0]
    assert ready == {"ready": True, "degraded": False, "checks": {"database": "ok"}}
    assert refused == 401


async def ask(address: str) -> tuple[object, int]:
    """What `/readyz` answers as soon as it listens, and the status of a question to the graph by nobody."""
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"{address}/readyz") as answer:
                    ready = await answer.json()
                break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
        async with session.post(f"{address}/graphql", json={"query": "{ __typename }"}) as answer:
            return ready, answer.status
