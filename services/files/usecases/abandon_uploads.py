"""Giving up uploads: those that somebody wants no more, and those that nobody completed."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import structlog

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database, UnitOfWork
from services.files.adapters.object_store import ObjectStore
from services.files.domain import files
from services.files.domain.uploads import KEPT_WAITING
from services.files.persistence.rows import UploadRow
from services.files.persistence.uploads import Uploads, take_late
from services.files.usecases.sweeping import sweep

COLLECTOR: Final = Actor.system("uploads", EVERY_COMPANY)
_log = structlog.get_logger(__name__)


async def abandon_uploads(ids: Collection[UUID], work: UnitOfWork, objects: ObjectStore) -> list[UploadRow]:
    """Those of one's own that there were; what is not there needs no giving up. Raises Fault."""
    found = await Uploads(work.session, work.actor).own(ids, lock=True)
    for upload in found.values():
        await _throw_away(upload, objects)
        upload.abandoned_at = datetime.now(UTC)
    await work.session.flush()
    return list(found.values())


async def keep_collecting(database: Database, objects: ObjectStore) -> None:
    """Until cancelled."""

    async def collect() -> bool:
        return await collect_next(database, objects)

    await sweep(collect)


async def collect_next(database: Database, objects: ObjectStore) -> bool:
    """Takes away what was begun more than a day ago and never completed; whether there was one. Raises Fault."""
    async with database.work(COLLECTOR) as work:
        upload = await take_late(datetime.now(UTC) - KEPT_WAITING, work.session)
        if upload is None:
            return False
        await _throw_away(upload, objects)
        await Uploads(work.session, work.actor).forget(upload.id)
        _log.info("upload.collected", upload=str(upload.id))
    return True


async def _throw_away(upload: UploadRow, objects: ObjectStore) -> None:
    """While the row is held: who completes it at this moment waits, and finds that it is gone."""
    if upload.parts_id is not None:
        await objects.abort_parts(files.key(upload.id), upload.parts_id)
    await objects.delete(files.key(upload.id))
