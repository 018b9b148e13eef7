"""What the two roles of a service may do."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import asyncpg
import pytest

from deploy.local.postgres import Connection, PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import DatabaseUrls, provision


@asynccontextmanager
async def session(url: str) -> AsyncIterator[Connection]:
    connection: Connection = await asyncpg.connect(url.replace("postgresql+asyncpg", "postgresql"))
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture
async def urls(service_databases: Mapping[str, DatabaseUrls]) -> AsyncIterator[DatabaseUrls]:
    """The database of one service with one table of its owner's."""
    urls = service_databases["files"]
    async with session(urls.owner) as owner:
        await owner.execute("CREATE TABLE trial (id bigint GENERATED ALWAYS AS IDENTITY, word text)")
    yield urls
    async with session(urls.owner) as owner:
        await owner.execute("DROP TABLE trial")


async def test_the_application_writes_rows(urls: DatabaseUrls) -> None:
    async with session(urls.app) as app:
        await app.execute("INSERT INTO trial (word) VALUES ('one'), ('two')")
        await app.execute("UPDATE trial SET word = 'three' WHERE word = 'two'")
        await app.execute("DELETE FROM trial WHERE word = 'one'")
        assert [tuple(row) for row in await app.fetch("SELECT id, word FROM trial")] == [(2, "three")]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE another ()",
        "CREATE SCHEMA another",
        "DROP TABLE trial",
        "ALTER TABLE trial DISABLE ROW LEVEL SECURITY",
        "TRUNCATE trial",
        "CREATE ROLE another",
        "CREATE TEMPORARY TABLE another ()",
        "SET ROLE files_owner",
    ],
)
async def test_the_application_changes_no_structure(urls: DatabaseUrls, statement: str) -> None:
    async with session(urls.app) as app:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(statement)


async def test_row_level_security_binds_the_application(urls: DatabaseUrls) -> None:
    async with session(urls.owner) as owner:
        await owner.execute("INSERT INTO trial (word) VALUES ('hidden')")
        await owner.execute("ALTER TABLE trial ENABLE ROW LEVEL SECURITY")

    async with session(urls.app) as app:
        assert await app.fetchval("SELECT count(*) FROM trial") == 0


async def test_a_service_cannot_connect_to_anothers_database(
    urls: DatabaseUrls, service_databases: Mapping[str, DatabaseUrls]
) -> None:
    foreign = service_databases["access"].app.rpartition("/")[2]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with session(f"{urls.app.rpartition('/')[0]}/{foreign}"):
            pass


async def test_provisioning_again_keeps_addresses_and_rows(
    postgres_server: PostgresServer, service_databases: Mapping[str, DatabaseUrls], urls: DatabaseUrls,
    session_secrets: Secrets,
) -> None:  # fmt: skip
    async with session(urls.app) as app:
        await app.execute("INSERT INTO trial (word) VALUES ('kept')")

    again = await provision(postgres_server, service_databases, session_secrets, prefix="test")

    assert again == service_databases
    async with session(urls.app) as app:
        assert await app.fetchval("SELECT word FROM trial") == "kept"
