"""Migrations that are taken back, as who has put a backup of older code back may do by hand, and run again."""

from alembic import command
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from chassis import migrations
from chassis.migrations import migrate
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import provision
from services.incidents.persistence.migrations import VERSIONS
from services.incidents.persistence.rows import Base

DATABASE = "backwards_incidents"
POLICIES = "SELECT count(*) FROM pg_policies WHERE policyname LIKE '%_purge'"
COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"


async def test_what_was_taken_back_is_made_again(postgres_server: PostgresServer, session_secrets: Secrets) -> None:
    urls = (await provision(postgres_server, ["incidents"], session_secrets, prefix="backwards"))["incidents"]
    await migrate(urls.owner, urls.app, VERSIONS, Base.metadata)
    async with postgres_server.session(DATABASE) as session:
        before = [tuple(row) for row in await session.fetch(COLUMNS)]

    def back(connection: Connection) -> None:
        config = migrations._config(VERSIONS)
        config.attributes["connection"] = connection
        command.downgrade(config, "0017")

    engine = create_async_engine(urls.owner, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(back)
        await connection.commit()
    await engine.dispose()
    async with postgres_server.session(DATABASE) as session:
        left = await session.fetchval(POLICIES)
    await migrate(urls.owner, urls.app, VERSIONS, Base.metadata)
    async with postgres_server.session(DATABASE) as session:
        after = [tuple(row) for row in await session.fetch(COLUMNS)]
    async with postgres_server.session() as session:
        await session.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")

    assert left == 0
    assert after == before
