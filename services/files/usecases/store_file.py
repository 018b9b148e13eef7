"""Storing a file whose bytes are at hand: into the object store first, then its record and its event."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.identifiers import uuid7
from services.files.adapters.object_store import ObjectStore
from services.files.domain import files, permissions
from services.files.domain.events import FileUploaded
from services.files.domain.files import FileKind, FileState
from services.files.persistence.files import INCIDENT, Files
from services.files.persistence.rows import FileRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFile:
    incident_id: UUID
    name: str
    media_type: str
    content: bytes
    kind: FileKind = FileKind.ATTACHMENT


async def store_file(command: StoreFile, work: UnitOfWork, objects: ObjectStore) -> FileRow:
    """Raises NotFound, Denied, Invalid, or Fault when the store does not take the bytes.

    If the commit fails afterwards, the store keeps bytes that nothing points to; never a record without its bytes.
    """
    kept = Files(work.session, work.actor)
    incident = await kept.incident(command.incident_id)
    work.actor.require(permissions.EDIT, incident.company_id, what=INCIDENT, seen_with=permissions.VIEW)
    file = await _describe(command, incident.company_id, work.actor.id)

    await objects.put(str(file.id), command.content, file.media_type)
    kept.keep(file)
    work.emit(
        _fact(file),
        subject=file.id,
        company=file.company_id,
        sequence=file.sequence,
        restricted=incident.restricted,
    )
    await work.session.flush()
    return file


async def _describe(command: StoreFile, company: UUID, uploader: UUID) -> FileRow:
    size = files.size(len(command.content))
    return FileRow(
        id=uuid7(),
        company_id=company,
        incident_id=command.incident_id,
        kind=command.kind.value,
        name=files.name(command.name),
        size=size,
        media_type=files.media_type(command.media_type),
        sha256=await asyncio.to_thread(_digest, command.content),
        state=FileState.AVAILABLE.value,
        uploaded_by_id=uploader,
        uploaded_at=datetime.now(UTC),
        sequence=1,
    )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _fact(file: FileRow) -> FileUploaded:
    return FileUploaded(
        file_id=file.id, incident_id=file.incident_id, kind=file.kind, size=file.size, media_type=file.media_type
    )
