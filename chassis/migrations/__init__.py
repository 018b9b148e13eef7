"""Bringing a service's database to the schema its code expects.

Several processes may try at once: one advisory lock lets them pass one after another, and the later ones find nothing
to do. Afterwards the application role gets its rights: it may read and write rows and call functions, which nobody else
may where a migration took that from all, change no table, and neither
update nor delete where a table is marked `append_only`. With a `sealed` table, which functions of the owner read and
write, it may do nothing. Of an event it may only say where it stands and that it was
published.
"""

import asyncio
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from chassis.engine import connected
from chassis.errors import Fault
from chassis.tables import EventRow

MIGRATION_LOCK = 7_246_002
APPEND_ONLY = "append_only"
SEALED = "sealed"
_NO_RIGHT = "42501"
_NO_ROLE = "42704"
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
            _require_known(await _present(connection), versions)
            await connection.run_sync(_upgrade, versions)
            await connection.run_sync(_grant, role or "", metadata)
            await connection.commit()
    except DBAPIError as error:
        refusal = _refusal(error, role)
        if refusal is None:
            raise
        raise Fault("database", refusal) from error
    finally:
        await engine.dispose()


async def check_current(engine: AsyncEngine, versions: Path) -> None:
    """Raises Fault when the database is not at the newest of `versions`."""
    newest = _newest(versions)
    async with engine.connect() as connection:
        present = await _present(connection)
    if present != newest:
        _require_known(present, versions)
        raise Fault("database", f"is at migration {present}, this code needs {newest}: run `migrate`")


async def _present(connection: AsyncConnection) -> str | None:
    """The migration that a database is at; None when it never had one."""
    known = await connection.scalar(text("select to_regclass('alembic_version') is not null"))
    return await connection.scalar(text("select version_num from alembic_version")) if known else None


def _require_known(present: str | None, versions: Path) -> None:
    """Migrations go forward only. Raises Fault for one that is not of `versions`."""
    if present is not None and present not in _revisions(versions):
        raise Fault(
            "database",
            f"is at migration {present}, which this code does not know: "
            "run the release that made it, or a newer one, or put the backup from before it back",
        )


def _refusal(error: DBAPIError, role: str | None) -> str | None:
    """What a person has to put right; None for what is a bug of ours."""
    state = getattr(error.orig, "sqlstate", None)
    if state == _NO_RIGHT:
        return "this user may not change its tables: migrations run as the owner of the database"
    if state == _NO_ROLE:
        return f"there is no user {role}, whom the service connects as: make it first"
    return None


def _turn() -> asyncio.Lock:
    """Alembic keeps the running migration in module globals, so one event loop migrates one database at a time."""
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())


@cache
def _newest(versions: Path) -> str | None:
    """Reading the scripts takes time, and they do not change while we run."""
    return ScriptDirectory.from_config(_config(versions)).get_current_head()


@cache
def _revisions(versions: Path) -> frozenset[str]:
    return frozenset(each.revision for each in ScriptDirectory.from_config(_config(versions)).walk_revisions())


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
    connection.execute(text(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {quoted}"))
    connection.execute(text(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {quoted}"))
    appended = [table.name for table in metadata.tables.values() if table.info.get(APPEND_ONLY)]
    for name in (*appended, EventRow.__tablename__):
        connection.execute(text(f"REVOKE UPDATE, DELETE ON {name} FROM {quoted}"))
    for name in (table.name for table in metadata.tables.values() if table.info.get(SEALED)):
        connection.execute(text(f"REVOKE ALL ON {name} FROM {quoted}"))
    connection.execute(text(f"GRANT UPDATE (position, published_at) ON {EventRow.__tablename__} TO {quoted}"))
