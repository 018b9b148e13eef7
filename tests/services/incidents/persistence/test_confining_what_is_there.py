"""A registry in which incidents were deleted before their indicators were their own."""

import shutil
from pathlib import Path

from sqlalchemy import MetaData

from chassis.migrations import migrate
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import provision
from services.incidents.persistence.migrations import VERSIONS
from services.incidents.persistence.rows import Base

BEFORE = "0025"
DATABASE = "unconfined_incidents"
# Two that are deleted, the third is not. The first indicator stands in all of them, the second in the first alone.
INCIDENTS = """
INSERT INTO incident (id, reference, company_id, title, status_id, status_category, registered_by_id, registered_at,
                      updated_at, tags, version, sequence, restricted, member_ids, deleted_at)
SELECT md5(number::text)::uuid, 'ACME-2026-00000' || number, md5('acme')::uuid, 'Old', gen_random_uuid(), 'NEW',
       gen_random_uuid(), now(), now(), '{}', 1, 1, false, '{}', CASE WHEN number < 3 THEN now() END
FROM generate_series(1, 3) AS number;
INSERT INTO indicator (id, company_id, type_id, type_code, value, form, digest, tlp, pap, is_ioc, description, tags,
                       attack_ids, whitelisted, created_at, created_by_id, version)
SELECT md5(value)::uuid, md5('acme')::uuid, md5('type')::uuid, 'x-other', value, value, md5(value)::uuid, 'RED', 'RED',
       false, 'Said of ' || value, '{board}', '{}', false, now(), gen_random_uuid(), 4
FROM unnest(ARRAY['everywhere', 'alone']) AS value;
INSERT INTO incident_indicator (id, incident_id, company_id, created_at, created_by_id, version, indicator_id, type_id,
                                digest, role, sighted, ignore_similarity)
SELECT gen_random_uuid(), md5(number::text)::uuid, md5('acme')::uuid, now(), gen_random_uuid(), 1, md5(value)::uuid,
       md5('type')::uuid, md5(value)::uuid, 'UNKNOWN', false, false
FROM (VALUES (1, 'everywhere'), (2, 'everywhere'), (3, 'everywhere'), (1, 'alone')) AS stands (number, value)
"""
OWN = """
SELECT right(incident.reference, 1)::int, indicator.value, indicator.description, indicator.version,
    CASE WHEN indicator.incident_id IS NULL THEN 'everybody' WHEN indicator.incident_id = incident.id THEN 'own' END
FROM incident JOIN incident_indicator AS link ON link.incident_id = incident.id
JOIN indicator ON indicator.id = link.indicator_id AND indicator.digest = link.digest ORDER BY 1, 2
"""


async def test_indicators_of_deleted_incidents_become_their_own(
    postgres_server: PostgresServer, session_secrets: Secrets, tmp_path: Path
) -> None:
    urls = (await provision(postgres_server, ["incidents"], session_secrets, prefix="unconfined"))["incidents"]
    for script in VERSIONS.glob("0*.py"):
        if script.name < BEFORE:
            shutil.copy(script, tmp_path)
    (tmp_path / "__init__.py").touch()
    await migrate(urls.owner, urls.app, tmp_path, MetaData())
    async with postgres_server.session(DATABASE) as session:
        await session.execute(INCIDENTS)

    await migrate(urls.owner, urls.app, VERSIONS, Base.metadata)

    async with postgres_server.session(DATABASE) as session:
        found = [tuple(row) for row in await session.fetch(OWN)]
        number = await session.fetchval("SELECT count(*) FROM indicator")
    async with postgres_server.session() as session:
        await session.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    assert found == [
        (1, "alone", "Said of alone", 4, "own"),
        (1, "everywhere", "Said of everywhere", 4, "own"),
        (2, "everywhere", "Said of everywhere", 4, "own"),
        (3, "everywhere", "Said of everywhere", 4, "everybody"),
    ]
    assert number == 4
