"""A database that was only migrated: a purge finds its way to all that hangs on incidents without changing a table."""

from chassis.migrations import migrate
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import provision
from services.incidents.persistence.migrations import VERSIONS
from services.incidents.persistence.rows import Base

HANGING = """
SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT a.attisdropped AND a.attname = 'incident_id'
"""
REACHED = "SELECT tablename FROM pg_policies WHERE policyname = tablename || '_purge'"


async def test_every_table_that_hangs_on_incidents_lets_a_purge_through(
    postgres_server: PostgresServer, session_secrets: Secrets
) -> None:
    urls = (await provision(postgres_server, ["incidents"], session_secrets, prefix="unpurged"))["incidents"]
    await migrate(urls.owner, urls.app, VERSIONS, Base.metadata)

    async with postgres_server.session("unpurged_incidents") as session:
        hanging = {row[0] for row in await session.fetch(HANGING)}
        reached = {row[0] for row in await session.fetch(REACHED)}
    async with postgres_server.session() as session:
        await session.execute("DROP DATABASE unpurged_incidents WITH (FORCE)")

    assert {"incident_task", "incident_review", "incident_indicator"} <= hanging
    assert hanging - reached == set()
