"""Dropping the files of an incident that was purged, bytes and all, and what was on its way to it."""

from uuid import UUID

from sqlalchemy import delete, select

from chassis.database import UnitOfWork
from services.files.adapters.object_store import ObjectStore
from services.files.domain import files
from services.files.persistence.rows import CustodyRow, FileRow, UploadRow


async def forget_files(incident_id: UUID, work: UnitOfWork, objects: ObjectStore) -> None:
    """The bytes first: who is interrupted finds the rows again, and does it once more. Raises Fault."""
    for file_id in await work.session.scalars(select(FileRow.id).where(FileRow.owner_id == incident_id)):
        await objects.delete(files.key(file_id))
        await objects.delete(files.preview_key(file_id))
    for upload in await work.session.scalars(select(UploadRow).where(UploadRow.owner_id == incident_id)):
        if upload.parts_id is not None:
            await objects.abort_parts(files.key(upload.id), upload.parts_id)
        await objects.delete(files.key(upload.id))
    for table in (FileRow, UploadRow, CustodyRow):
        await work.session.execute(delete(table).where(table.owner_id == incident_id))
