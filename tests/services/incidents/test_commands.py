"""`python -m services.incidents` from the outside."""

import asyncio
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from chassis.identifiers import uuid7
from deploy.local.ports import pick
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import DatabaseUrls, provision
from services.incidents.domain.chain import Link, Record, digest, exported
from tests.support import commands

ROOT = Path(__file__).parents[3]


start = partial(commands.start, "incidents")
run = partial(commands.run, "incidents")


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


async def test_arguments_are_taken_by_commands_that_have_some(environment: dict[str, str]) -> None:
    status, _, complaints = await run("migrate", environment, "now")

    assert status == 2
    assert "migrate takes no arguments" in complaints


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Of an incident with three entries."""
    incident, previous, lines = str(uuid7()), None, []
    for sequence in (1, 2, 3):
        record: Record = {"incident_id": incident, "sequence": sequence, "changes": {}, "previous": previous}
        previous = digest(record).hex()
        lines.append(exported(Link(record, previous)))
    (tmp_path / "history.jsonl").write_text("\n".join(lines))
    return tmp_path / "history.jsonl"


async def test_an_export_is_verified_without_settings_or_database(export: Path) -> None:
    status, output, _ = await run("verify-history", {}, str(export))

    assert status == 0
    assert output.startswith("incident ")
    assert output.endswith("3 entries of 1 incidents: 0 chains broken\n")


async def test_the_first_broken_link_of_an_export_is_named(export: Path) -> None:
    export.write_text(export.read_text().replace('"sequence":2', '"sequence":2,"operation":"EDITED"'))

    status, output, _ = await run("verify-history", {}, str(export))

    assert status == 1
    assert "entry 2: it tells something else than when it was written" in output


@pytest.mark.parametrize(("name", "told"), [("missing", "No such file"), ("README.md", "line 1 is no entry")])
async def test_what_is_no_export_is_told_in_a_line(name: str, told: str) -> None:
    status, output, complaints = await run("verify-history", {}, name)

    assert (status, output) == (2, "")
    assert told in complaints
    assert complaints.count("\n") == 1


async def test_the_tables_are_verified_and_exported_from(environment: dict[str, str]) -> None:
    await run("migrate", environment)

    assert await run("verify-history", environment) == (0, "0 entries of 0 incidents: 0 chains broken\n", "")
    assert await run("export-history", environment, "NONE-1") == (2, "", "there is no history of NONE-1\n")
    status, _, complaints = await run("export-history", environment)
    assert (status, complaints) == (2, "usage: export-history REFERENCE\n")


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
