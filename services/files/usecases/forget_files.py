"""Dropping the files of an incident that was purged, bytes and all."""

from uuid import UUID

from sqlalchemy import delete, select

from chassis.database import UnitOfWork
from services.files.adapters.object_store import ObjectStore
from services.files.persistence.rows import FileRow


async def forget_files(incident_id: UUID, work: UnitOfWork, objects: ObjectStore) -> None:
    """The bytes first: who is interrupted finds the rows again, and does it once more. Raises Fault."""
    named = FileRow.incident_id == incident_id
    for file_id in (await work.session.scalars(select(FileRow.id).where(named))).all():
        await objects.delete(str(file_id))
    await work.session.execute(delete(FileRow).where(named))
