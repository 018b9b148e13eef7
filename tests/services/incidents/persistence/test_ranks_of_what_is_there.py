"""A registry from before ranks were copied: entries are asked for anew, and nothing else is."""

import shutil
from pathlib import Path

from sqlalchemy import MetaData

from chassis.migrations import migrate
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import provision
from services.incidents.persistence.migrations import VERSIONS
from services.incidents.persistence.rows import Base

BEFORE = "0014"
FILLED = """
INSERT INTO directory_ref (id, version, kind, code, active, is_initial, company_id)
VALUES (gen_random_uuid(), 7, 'severity', 'high', true, false, null),
       (gen_random_uuid(), 7, 'severity', 'own', true, false, gen_random_uuid()),
       (gen_random_uuid(), 7, 'status', 'open', true, true, null)
"""
PROGRESS = "INSERT INTO projection (name, filled_at) VALUES ('directory_entry', now()), ('user', now())"


async def test_entries_are_taken_anew_from_their_owner(
    postgres_server: PostgresServer, session_secrets: Secrets, tmp_path: Path
) -> None:
    urls = (await provision(postgres_server, ["incidents"], session_secrets, prefix="unranked"))["incidents"]
    for script in VERSIONS.glob("0*.py"):
        if script.name < BEFORE:
            shutil.copy(script, tmp_path)
    (tmp_path / "__init__.py").touch()
    await migrate(urls.owner, urls.app, tmp_path, MetaData())
    async with postgres_server.session("unranked_incidents") as session:
        for statement in (FILLED, PROGRESS):
            await session.execute(statement)

    await migrate(urls.owner, urls.app, VERSIONS, Base.metadata)

    async with postgres_server.session("unranked_incidents") as session:
        versions = await session.fetch("SELECT code, version FROM directory_ref ORDER BY code")
        filled = await session.fetch("SELECT name FROM projection")
    async with postgres_server.session() as session:
        await session.execute("DROP DATABASE unranked_incidents WITH (FORCE)")
    assert [tuple(row) for row in versions] == [("high", 0), ("open", 0), ("own", 0)]
    assert [row["name"] for row in filled] == ["user"]
