"""Which of these files are attached to an incident, and may be had? For mails that link to them."""

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import func, select

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from services.files.domain.files import FileState
from services.files.domain.owners import OwnerKind
from services.files.persistence.rows import FileRow

_ACTOR: Final = Actor.system("mail", EVERY_COMPANY)


class IncidentFilesQuestion(BaseModel):
    incident_id: UUID
    ids: Annotated[list[UUID], Field(max_length=100)]


async def look_up_incident_files(asked: IncidentFilesQuestion, database: Database) -> list[dict[str, Any]]:
    """`[{"id", "name"}]`; those of other owners, deleted or not available are left out."""
    wanted = select(FileRow.id, FileRow.name).where(
        FileRow.id == func.any(asked.ids),
        FileRow.owner_kind == OwnerKind.INCIDENT.value,
        FileRow.owner_id == asked.incident_id,
        FileRow.state == FileState.AVAILABLE.value,
        FileRow.deleted_at.is_(None),
    )
    async with database.read(_ACTOR) as session:
        return [{"id": row.id, "name": row.name} for row in await session.execute(wanted)]
