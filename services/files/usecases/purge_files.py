"""Taking the bytes of files whose time is over out of the store; that there was one, and what became of it, stays."""

from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import func, select, update

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database, UnitOfWork
from chassis.errors import Fault
from chassis.peers import Peer
from services.files.adapters.object_store import ObjectStore
from services.files.domain import files
from services.files.domain.custody import Custody
from services.files.domain.events import FilePurged
from services.files.domain.owners import OwnerKind
from services.files.persistence.files import Held
from services.files.persistence.owners import restriction
from services.files.persistence.rows import FileRow
from services.files.usecases.sweeping import sweep
from services.files.usecases.telling import REGISTRY, tell

PURGER: Final = Actor.system("purge of files", EVERY_COMPANY)
_HELD_WAIT: Final = timedelta(days=1)
_STORE_WAIT: Final = timedelta(minutes=10)
_log = structlog.get_logger(__name__)


async def keep_purging(database: Database, objects: ObjectStore, incidents: Peer) -> None:
    """Until cancelled."""

    async def purge() -> bool:
        return await purge_next(database, objects, incidents)

    await sweep(purge)


async def purge_next(database: Database, objects: ObjectStore, incidents: Peer) -> bool:
    """Whether there was one that is due. Raises Fault when the incidents do not answer.

    The bytes go while the row is held: who is interrupted finds it again, and does it once more. What the store does
    not let go is tried again later, and holds up no other.
    """
    async with database.work(PURGER) as work:
        found = await _next(work)
        if found is None:
            return False
        file, restricted = found
        if await _is_held(file, incidents):
            await _postpone(file, _HELD_WAIT, work)
            return True
        try:
            await objects.delete(files.key(file.id))
            await objects.delete(files.preview_key(file.id))
        except Fault as fault:
            _log.warning("purge.waits", file=str(file.id), reason=str(fault))
            await _postpone(file, _STORE_WAIT, work)
            return True
        file.purged_at, file.has_preview = datetime.now(UTC), False
        file.version += 1
        tell(file, Custody.PURGED, FilePurged, work, right=REGISTRY, restricted=restricted)
        _log.info("file.purged", file=str(file.id))
    return True


async def _postpone(file: FileRow, wait: timedelta, work: UnitOfWork) -> None:
    later = update(FileRow).where(FileRow.id == file.id).values(purge_at=func.now() + wait)
    await work.session.execute(later)


async def _next(work: UnitOfWork) -> Held | None:
    due = (
        select(FileRow, restriction())
        .where(FileRow.purge_at <= func.now(), FileRow.purged_at.is_(None))
        .order_by(FileRow.purge_at)
        .limit(1)
        .with_for_update(of=FileRow, skip_locked=True)
    )
    found = (await work.session.execute(due)).one_or_none()
    return None if found is None else (found[0], found[1])


async def _is_held(file: FileRow, incidents: Peer) -> bool:
    """Asked at this very moment: a legal hold must not wait for an event to arrive. Only incidents are held."""
    if file.owner_kind != OwnerKind.INCIDENT:
        return False
    rows = await incidents.ask("lookups/incident", {"ids": [str(file.owner_id)]})
    return any(row["held"] for row in rows)
