"""Purging incidents that were deleted long ago: nothing is left of them but an emptied row and that it was done.

Each is purged by a transaction of its own, so whoever is stopped has done some of them wholly, and the rest is done by
the next who tries. Only one tries at a time. What cannot be purged is told to operators and left for the next round, so
that it stands in nobody's way.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import func, text

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database, UnitOfWork
from services.incidents.domain import permissions
from services.incidents.domain.chain import PURGED
from services.incidents.domain.events import IncidentPurged
from services.incidents.persistence.changes import new_entry
from services.incidents.persistence.deleted import due
from services.incidents.persistence.purging import empty, remove_parts
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases import versions

_PURGER = Actor.system("purge", EVERY_COMPANY)
_LOCK = text("select pg_try_advisory_xact_lock(7246032)")
_AT_ONCE = 500
_PAUSE_SECONDS = 3_600.0
_log = structlog.get_logger(__name__)


async def due_incidents(database: Database, retention: timedelta) -> list[str]:
    """The references of up to so many as one round purges, the longest deleted first."""
    async with database.read(_PURGER) as session:
        rows = await session.scalars(due(retention, _AT_ONCE))
        return [row.reference for row in rows]


async def purge_incidents(database: Database, retention: timedelta) -> list[str]:
    """The references of those that were purged, up to a round's number; none while somebody else is at it."""
    purged: list[str] = []
    stuck: list[UUID] = []
    while (tried := len(purged) + len(stuck)) < _AT_ONCE:
        try:
            reference = await _purge_next(database, retention, stuck)
        except Exception:
            if len(purged) + len(stuck) == tried:  # it is none that stands in the way: the database is gone, or we err
                raise
            _log.exception("incidents.not_purged", incident=str(stuck[-1]))
            continue
        if reference is None:
            break
        purged.append(reference)
    if purged:
        _log.info("incidents.purged", number=len(purged))
    return purged


async def keep_purging(database: Database, retention: timedelta) -> None:
    """Until cancelled."""
    while True:
        if len(await purge_incidents(database, retention)) < _AT_ONCE:
            await asyncio.sleep(_PAUSE_SECONDS)


async def _purge_next(database: Database, retention: timedelta, stuck: list[UUID]) -> str | None:
    """None when there is no more. One that cannot be purged is added to those that are `stuck`, which are left out."""
    async with database.work(_PURGER) as work:
        if not await work.session.scalar(_LOCK):
            return None
        next_one = due(retention, 1).where(IncidentRow.id != func.all(stuck)).with_for_update(skip_locked=True)
        incident = await work.session.scalar(next_one)
        if incident is None:
            return None
        stuck.append(incident.id)  # until it is committed
        await _purge(incident, work)
    stuck.pop()
    return incident.reference


async def _purge(incident: IncidentRow, work: UnitOfWork) -> None:
    """The entry that is left follows the last one that there was, so that nobody can say there was none."""
    removed = await remove_parts(incident.id, work.session)
    now = datetime.now(UTC)
    empty(incident)
    incident.purged_at = incident.updated_at = now
    incident.version += 1
    incident.sequence += 1
    told = {"entries": (removed.get("incident_change", 0), None)}
    work.session.add(new_entry(incident, PURGED, told, permissions.DELETE, work))
    fact = IncidentPurged(incident_id=incident.id, reference=incident.reference, version=incident.version)
    versions.tell(incident, fact, work)
    await work.session.flush()
