"""A registry from before stretches were kept: those of its incidents are taken from their histories."""

import shutil
from pathlib import Path

from sqlalchemy import MetaData

from chassis.migrations import migrate
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import provision
from services.incidents.persistence.migrations import VERSIONS
from services.incidents.persistence.rows import Base

BEFORE = "0010"
INCIDENTS = """
INSERT INTO incident (id, reference, company_id, title, status_id, status_category, registered_by_id, registered_at,
                      updated_at, closed_at, tags, version, sequence, restricted, member_ids)
SELECT gen_random_uuid(), 'ACME-' || number, gen_random_uuid(), 'Old', md5('closed')::uuid, 'CLOSED',
       gen_random_uuid(), '2026-01-01T00:00:00Z', '2026-01-03T00:00:00Z', '2026-01-03T00:00:00Z', '{}', 3, 3,
       number = 2, ARRAY[gen_random_uuid()]
FROM generate_series(1, 2) AS number
"""
ENTRIES = """
INSERT INTO incident_change (incident_id, sequence, company_id, at, actor_kind, actor_id, operation, changes, hash)
SELECT id, number, company_id, registered_at + (number - 1) * interval '1 day', 'user', registered_by_id, 'CHANGED',
       (ARRAY[
           jsonb_build_object('status_id', jsonb_build_array(null, md5('open')::uuid)),
           jsonb_build_object('title', jsonb_build_array('New', 'Old')),
           jsonb_build_object('status_id', jsonb_build_array(md5('open')::uuid, md5('closed')::uuid),
                              'status_category', jsonb_build_array('NEW', 'CLOSED'))
       ])[number], sha256(id::text::bytea)
FROM incident, generate_series(1, 3) AS number
"""
ENTRY = """
INSERT INTO directory_ref (id, version, kind, code, active, category, is_initial)
VALUES (md5('open')::uuid, 1, 'status', 'open', true, 'NEW', true)
"""
STRETCHES = """
SELECT category, begun_at::date::text AS begun, ended_at::date::text AS ended, count(*) AS number
FROM status_interval GROUP BY 1, 2, 3 ORDER BY 2
"""


async def test_stretches_and_resolutions_are_taken_from_what_is_there(
    postgres_server: PostgresServer, session_secrets: Secrets, tmp_path: Path
) -> None:
    urls = (await provision(postgres_server, ["incidents"], session_secrets, prefix="unstretched"))["incidents"]
    for script in VERSIONS.glob("0*.py"):
        if script.name < BEFORE:
            shutil.copy(script, tmp_path)
    (tmp_path / "__init__.py").touch()
    await migrate(urls.owner, urls.app, tmp_path, MetaData())
    async with postgres_server.session("unstretched_incidents") as session:
        for statement in (INCIDENTS, ENTRIES, ENTRY):
            await session.execute(statement)

    await migrate(urls.owner, urls.app, VERSIONS, Base.metadata)

    async with postgres_server.session("unstretched_incidents") as session:
        stretches = [tuple(row) for row in await session.fetch(STRETCHES)]
        resolved = await session.fetchval("SELECT count(*) FROM incident WHERE resolved_at = closed_at")
    async with postgres_server.session() as session:
        await session.execute("DROP DATABASE unstretched_incidents WITH (FORCE)")
    assert stretches == [("NEW", "2026-01-01", "2026-01-03", 2), ("CLOSED", "2026-01-03", None, 2)]
    assert resolved == 2
