"""A registry from before there was search: what its incidents and comments say is found, and severities get ranks."""

import shutil
from pathlib import Path
from uuid import UUID

from sqlalchemy import MetaData

from chassis.migrations import migrate
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import provision
from services.incidents.persistence.migrations import VERSIONS
from services.incidents.persistence.rows import Base

BEFORE = "0014"
INCIDENTS = """
INSERT INTO incident (id, reference, company_id, title, description, language, status_id, status_category,
                      registered_by_id, registered_at, updated_at, tags, version, sequence, restricted, member_ids,
                      deleted_at)
SELECT md5(number::text)::uuid, 'ACME-2026-00000' || number, md5('acme')::uuid, 'Old', 'Stolen notebooks', 'en',
       gen_random_uuid(), 'NEW', gen_random_uuid(), now(), now(), '{}', 1, 1, number = 2, '{}',
       CASE WHEN number = 3 THEN now() END
FROM generate_series(1, 3) AS number
"""
COMMENTS = """
INSERT INTO incident_comment (id, incident_id, company_id, created_at, created_by_id, version, body, audience,
                              mention_ids)
SELECT gen_random_uuid(), id, company_id, now(), gen_random_uuid(), 1, 'Phished before', 'INTERNAL', '{}' FROM incident
"""
ENTRY = """
INSERT INTO directory_ref (id, version, kind, code, active, is_initial)
VALUES (md5('high')::uuid, 4, 'severity', 'high', true, false);
INSERT INTO projection (name, filled_at) VALUES ('directory_entry', now()), ('company', now())
"""
FOUND = "SELECT incident_id FROM incident_search WHERE document @@ (plainto_tsquery('english', $1)) ORDER BY restricted"


async def test_what_is_there_is_found_and_copies_of_entries_are_taken_anew(
    postgres_server: PostgresServer, session_secrets: Secrets, tmp_path: Path
) -> None:
    urls = (await provision(postgres_server, ["incidents"], session_secrets, prefix="unsearched"))["incidents"]
    for script in VERSIONS.glob("0*.py"):
        if script.name < BEFORE:
            shutil.copy(script, tmp_path)
    (tmp_path / "__init__.py").touch()
    await migrate(urls.owner, urls.app, tmp_path, MetaData())
    async with postgres_server.session("unsearched_incidents") as session:
        for statement in (INCIDENTS, COMMENTS, ENTRY):
            await session.execute(statement)

    await migrate(urls.owner, urls.app, VERSIONS, Base.metadata)

    async with postgres_server.session("unsearched_incidents") as session:
        ids = [await session.fetchval("SELECT md5($1)::uuid", str(number)) for number in (1, 2)]
        found = [[UUID(str(row[0])) for row in await session.fetch(FOUND, word)] for word in ("notebook", "phishing")]
        version = await session.fetchval("SELECT version FROM directory_ref")
        filled = await session.fetch("SELECT name FROM projection")
    async with postgres_server.session() as session:
        await session.execute("DROP DATABASE unsearched_incidents WITH (FORCE)")
    assert found == [[UUID(str(each)) for each in ids]] * 2
    assert version == 0
    assert [row[0] for row in filled] == ["company"]
