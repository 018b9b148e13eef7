"""What the databases hold, as one digest a table: equal before and after means that nothing was written."""

import asyncio
from collections.abc import Mapping
from typing import Final

from sqlalchemy import TextClause, text

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from chassis.runtime import Runtime

_EVERYTHING: Final = Actor.system("digests", EVERY_COMPANY)
_TABLES: Final = text(
    """
    SELECT relname FROM pg_class
    WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = to_regnamespace('public')
    AND relname <> 'alembic_version' AND has_table_privilege(oid, 'SELECT')
    """  # not what is sealed
)
_QUIET_ROUNDS: Final = 3
_UNPUBLISHED: Final = text("SELECT count(*) FROM event WHERE published_at IS NULL")
_ARRIVED: Final = text("SELECT count(*) FROM feed_arrival")
_NOTES_OF_USE: Final = "last_used_at"  # of keys and sessions: that they were shown is no change of anything


async def digests(runtimes: Mapping[str, Runtime]) -> dict[str, str]:
    """Number and digest of the rows by `service.table`."""
    found: dict[str, str] = {}
    for service, runtime in runtimes.items():
        found |= {f"{service}.{table}": told for table, told in (await _of(runtime.database)).items()}
    return found


async def _of(database: Database) -> dict[str, str]:
    async with database.work(_EVERYTHING) as work:
        tables = list(await work.session.scalars(_TABLES))
        return {table: str(await work.session.scalar(_digest(table))) for table in tables}


def _digest(table: str) -> TextClause:
    rows = f"SELECT (to_jsonb(t) - '{_NOTES_OF_USE}')::text AS row FROM {table} AS t"  # noqa: S608  # names from the catalogue
    return text(f"SELECT count(*) || ' ' || coalesce(md5(string_agg(row, ' ' ORDER BY row)), '') FROM ({rows}) AS r")  # noqa: S608  # likewise


async def settled(runtimes: Mapping[str, Runtime]) -> None:
    """Until every event is published, and so handled, and in the feed: events that handlers made of events too."""
    quiet = 0
    while quiet < _QUIET_ROUNDS:
        quiet = quiet + 1 if await _unpublished(runtimes) + await _arrived(runtimes) == 0 else 0
        await asyncio.sleep(0.1)


async def _arrived(runtimes: Mapping[str, Runtime]) -> int:
    if "notifications" not in runtimes:
        return 0
    async with runtimes["notifications"].database.read(_EVERYTHING, through=("system",)) as session:
        return await session.scalar(_ARRIVED) or 0


async def _unpublished(runtimes: Mapping[str, Runtime]) -> int:
    number = 0
    for runtime in runtimes.values():
        async with runtime.database.read(_EVERYTHING) as session:
            number += await session.scalar(_UNPUBLISHED) or 0
    return number
