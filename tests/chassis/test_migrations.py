"""Migrations by several processes at once, and what the application role may do afterwards."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chassis.database import Database
from chassis.errors import Fault
from chassis.identifiers import uuid7
from chassis.migrations import check_current, migrate
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import DatabaseUrls, provision
from tests.support.things import TABLES, VERSIONS, Base

_PROGRAM = """
import asyncio, sys
from chassis.migrations import migrate
from tests.support.things import VERSIONS, Base
asyncio.run(migrate(sys.argv[1], sys.argv[2], VERSIONS, Base.metadata))
"""


@pytest.fixture
async def fresh(postgres_server: PostgresServer, session_secrets: Secrets) -> AsyncIterator[list[DatabaseUrls]]:
    """Two empty databases, dropped afterwards."""
    urls = await provision(postgres_server, ["fresh", "other"], session_secrets, prefix="test")
    yield list(urls.values())
    async with postgres_server.session() as session:
        for name in urls:
            await session.execute(f"DROP DATABASE test_{name} WITH (FORCE)")


async def tables(url: str) -> set[str]:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        names = await connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        found = set(names)
    await engine.dispose()
    return found


async def test_several_processes_may_migrate_at_once(fresh: list[DatabaseUrls]) -> None:
    words = (sys.executable, "-c", _PROGRAM, fresh[0].owner, fresh[0].app)
    processes = [
        await asyncio.create_subprocess_exec(*words, cwd=VERSIONS.parents[2], stderr=asyncio.subprocess.PIPE)
        for _ in range(3)
    ]
    ends = await asyncio.gather(*(process.communicate() for process in processes))
    assert [process.returncode for process in processes] == [0, 0, 0], ends
    assert await tables(fresh[0].owner) == {*TABLES, "alembic_version"}


async def test_one_process_may_migrate_several_databases_at_once(fresh: list[DatabaseUrls]) -> None:
    again = [*fresh, *fresh]
    await asyncio.gather(*(migrate(urls.owner, urls.app, VERSIONS, Base.metadata) for urls in again))
    assert [await tables(urls.owner) for urls in fresh] == [{*TABLES, "alembic_version"}] * 2


async def test_a_database_is_current_only_after_its_migration(fresh: list[DatabaseUrls]) -> None:
    engine = create_async_engine(fresh[0].app)
    with pytest.raises(Fault, match="at migration None, this code needs 0001: run `migrate`"):
        await check_current(engine, VERSIONS)
    await migrate(fresh[0].owner, fresh[0].app, VERSIONS, Base.metadata)
    await check_current(engine, VERSIONS)
    await engine.dispose()


async def test_a_failed_migration_leaves_nothing_and_frees_the_lock(fresh: list[DatabaseUrls], tmp_path: Path) -> None:
    urls = fresh[0]
    broken = (VERSIONS / "0001_things.py").read_text().replace("run(_TABLES)", "run([*_TABLES, 'SELECT 1/0'])")
    (tmp_path / "0001_things.py").write_text(broken)
    with pytest.raises(DBAPIError, match="division by zero"):
        await migrate(urls.owner, urls.app, tmp_path, Base.metadata)
    assert await tables(urls.owner) <= {"alembic_version"}
    await migrate(urls.owner, urls.app, VERSIONS, Base.metadata)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET line = 'other'",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "DROP TABLE journal",
        "ALTER TABLE thing DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE thing NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY thing_read ON thing",
        "CREATE TABLE mine (id int)",
        "UPDATE alembic_version SET version_num = '0'",
        "DELETE FROM event",
        "UPDATE event SET data = '{}'",
        "UPDATE event SET sequence = sequence + 1",
    ],
)
async def test_the_application_role_may_not(statement: str, database: Database) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        await run(database.engine, statement)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("INSERT INTO journal (id, line) VALUES (:id, 'said')", {"id": uuid7()}),
        ("SELECT line FROM journal", {}),
        ("UPDATE event SET position = 1, published_at = now()", {}),
        ("DELETE FROM parked_event", {}),
        ("SELECT version_num FROM alembic_version", {}),
    ],
)
async def test_the_application_role_may(statement: str, values: dict[str, Any], database: Database) -> None:
    await run(database.engine, statement, values)


async def run(engine: AsyncEngine, statement: str, values: dict[str, Any] | None = None) -> None:
    async with engine.begin() as connection:
        await connection.execute(text(statement), values or {})


@pytest.mark.parametrize(
    ("wrong", "way_out"),
    [
        ({"password": "guessed"}, "correct the user or the password"),
        ({"port": 1}, "the connection was refused: start it, or correct host and port"),
        ({"host": "nowhere.invalid"}, "correct the host"),
        ({"database": "nowhere"}, "there is no database of this name: make it, or correct the name"),
    ],
)
async def test_an_owner_who_cannot_connect_is_a_fault(
    wrong: dict[str, Any], way_out: str, thing_urls: DatabaseUrls
) -> None:
    owner = make_url(thing_urls.owner).set(**wrong).render_as_string(hide_password=False)
    with pytest.raises(Fault, match=way_out):
        await migrate(owner, thing_urls.app, VERSIONS, Base.metadata)


async def test_a_migration_of_a_newer_release_is_told_and_nothing_is_changed(fresh: list[DatabaseUrls]) -> None:
    urls = fresh[0]
    await migrate(urls.owner, urls.app, VERSIONS, Base.metadata)
    engine = create_async_engine(urls.owner)
    await run(engine, "update alembic_version set version_num = '9999'")
    newer = "is at migration 9999, which this code does not know: run the release that made it"
    with pytest.raises(Fault, match=newer):
        await check_current(engine, VERSIONS)
    with pytest.raises(Fault, match=newer):
        await migrate(urls.owner, urls.app, VERSIONS, Base.metadata)
    await engine.dispose()


async def test_who_may_not_make_tables_is_told_who_may(fresh: list[DatabaseUrls]) -> None:
    with pytest.raises(Fault, match="migrations run as the owner of the database"):
        await migrate(fresh[0].app, fresh[0].app, VERSIONS, Base.metadata)


async def test_a_service_whose_user_is_not_there_is_told_to_make_it(fresh: list[DatabaseUrls]) -> None:
    nobody = make_url(fresh[0].app).set(username="nobody_yet").render_as_string(hide_password=False)
    with pytest.raises(Fault, match="there is no user nobody_yet, whom the service connects as: make it first"):
        await migrate(fresh[0].owner, nobody, VERSIONS, Base.metadata)
