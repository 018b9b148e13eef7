"""Bringing a service's database to the schema its code expects.

Several processes may try at once: one advisory lock lets them pass one after another, and the later ones find nothing
to do. Afterwards the application role gets its rights: it may read and write rows, change no table, and neither
update nor delete where a table is marked `append_only`. Of an event it may only say where it stands and that it was
published.
"""

import asyncio
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from chassis.engine import connected
from chassis.errors import Fault
from chassis.tables import EventRow

MIGRATION_LOCK = 7_246_002
APPEND_ONLY = "append_only"
_HERE = Path(__file__).parent
_turns: dict[asyncio.AbstractEventLoop, asyncio.Lock] = {}


async def migrate(owner_url: str, application_url: str, versions: Path, metadata: MetaData) -> None:
    """Upgrades to the newest of `versions` as the owner, then grants the application role its rights. Raises Fault."""
    engine = create_async_engine(owner_url, poolclass=NullPool)
    role = make_url(application_url).username
    try:
        async with _turn(), connected(engine) as connection:
            await connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK})
            await connection.commit()
            await connection.run_sync(_upgrade, versions)
            await connection.run_sync(_grant, role or "", metadata)
            await connection.commit()
    finally:
        await engine.dispose()


async def check_current(engine: AsyncEngine, versions: Path) -> None:
    """Raises Fault when the database is not at the newest of `versions`."""
    newest = _newest(versions)
    async with engine.connect() as connection:
        known = await connection.scalar(text("select to_regclass('alembic_version') is not null"))
        present = await connection.scalar(text("select version_num from alembic_version")) if known else None
    if present != newest:
        raise Fault("database", f"is at migration {present}, this code needs {newest}: run `migrate`")


def _turn() -> asyncio.Lock:
    """Alembic keeps the running migration in module globals, so one event loop migrates one database at a time."""
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())


@cache
def _newest(versions: Path) -> str | None:
    """Reading the scripts takes time, and they do not change while we run."""
    return ScriptDirectory.from_config(_config(versions)).get_current_head()


def _config(versions: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "newline")
    return config


def _upgrade(connection: Connection, versions: Path) -> None:
    config = _config(versions)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _grant(connection: Connection, role: str, metadata: MetaData) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}"))
    connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quoted}"))
    connection.execute(text(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {quoted}"))
    appended = [table.name for table in metadata.tables.values() if table.info.get(APPEND_ONLY)]
    for name in (*appended, EventRow.__tablename__):
        connection.execute(text(f"REVOKE UPDATE, DELETE ON {name} FROM {quoted}"))
    connection.execute(text(f"GRANT UPDATE (position, published_at) ON {EventRow.__tablename__} TO {quoted}"))
