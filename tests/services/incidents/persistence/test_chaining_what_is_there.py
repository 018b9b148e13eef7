"""A registry from before histories were chained: its entries are chained as they stand."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from chassis.database import Database
from chassis.engine import new_engine
from chassis.migrations import migrate
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import DatabaseUrls, provision
from services.incidents.app import WALLS
from services.incidents.persistence.migrations import VERSIONS
from services.incidents.persistence.rows import Base
from services.incidents.usecases.verify_history import verify_histories

BEFORE = "0007"
INCIDENTS = """
INSERT INTO incident (id, reference, company_id, title, status_id, status_category, registered_by_id, registered_at,
                      updated_at, tags, version, sequence, restricted, member_ids)
SELECT gen_random_uuid(), 'ACME-' || number, gen_random_uuid(), 'Old', gen_random_uuid(), 'NEW', gen_random_uuid(),
       now(), now(), '{}', 1, 3, number % 2 = 0, ARRAY[gen_random_uuid()]
FROM generate_series(1, 4) AS number
"""
ENTRIES = """
INSERT INTO incident_change (incident_id, sequence, company_id, at, actor_kind, actor_id, operation, changes)
SELECT id, number, company_id, now() + number * interval '1.000001 s', 'user', registered_by_id, 'EDITED',
       jsonb_build_object('title', jsonb_build_array('\u00e4', 'Old'), 'numbers', jsonb_build_array(1e16, 0.1))
FROM incident, generate_series(1, 3) AS number
"""


@pytest.fixture
async def old(postgres_server: PostgresServer, session_secrets: Secrets, tmp_path: Path) -> AsyncIterator[DatabaseUrls]:
    """A database with four incidents of three entries each, as it was."""
    urls = (await provision(postgres_server, ["incidents"], session_secrets, prefix="unchained"))["incidents"]
    for script in VERSIONS.glob("0*.py"):
        if script.name < BEFORE:
            shutil.copy(script, tmp_path)
    (tmp_path / "__init__.py").touch()
    tables = MetaData()  # those that may only be added to, of which there was one
    Base.metadata.tables["incident_change"].to_metadata(tables)
    await migrate(urls.owner, urls.app, tmp_path, tables)
    async with postgres_server.session("unchained_incidents") as session:
        await session.execute(INCIDENTS)
        await session.execute(ENTRIES)
    yield urls
    async with postgres_server.session() as session:
        await session.execute("DROP DATABASE unchained_incidents WITH (FORCE)")


async def test_it_is_chained_whole(old: DatabaseUrls, postgres_server: PostgresServer) -> None:
    await migrate(old.owner, old.app, VERSIONS, Base.metadata)

    database = Database(new_engine(old.app), WALLS)
    verdict = await verify_histories(database)
    await database.close()

    assert (verdict.entries, len(verdict.ends), verdict.broken) == (12, 4, [])
    async with postgres_server.session("unchained_incidents") as session:
        walls = "SELECT bool_and(relforcerowsecurity) FROM pg_class WHERE relname IN ('incident', 'incident_change')"
        assert await session.fetchval(walls)
