"""Finding and keeping files, always through the eyes of one actor."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.access import Actor
from chassis.errors import NotFound
from chassis.rowsecurity import among, confided
from services.files.domain import permissions
from services.files.domain.uploads import MOST_OF_INCIDENT
from services.files.persistence.rows import FileRow, IncidentRef

INCIDENT = "The incident was"
FILE = "The file was"
_PRESENT = and_(FileRow.incident_id == IncidentRef.id, FileRow.deleted_at.is_(None))


class Files:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def incident(self, incident_id: UUID) -> IncidentRef:
        """What files are kept of. Raises NotFound when it is unknown here, deleted, or out of the actor's sight."""
        found = await self._session.scalar(select(IncidentRef).where(IncidentRef.id == incident_id, sees(self._actor)))
        if found is None:
            raise NotFound(INCIDENT, field=("incident_id",))
        return found

    async def find(self, file_id: UUID, *, deleted: bool = False, lock: bool = False) -> tuple[FileRow, IncidentRef]:
        """The file and its incident; with `lock` held until the commit by who may change it. Raises NotFound.

        `deleted` asks for those that were deleted and still have their bytes, instead of those that are there.
        """
        there = and_(FileRow.deleted_at.is_not(None), FileRow.purged_at.is_(None)) if deleted else _PRESENT
        statement = (
            select(FileRow, IncidentRef)
            .join(IncidentRef, FileRow.incident_id == IncidentRef.id)
            .where(FileRow.id == file_id, there, sees(self._actor))
            .execution_options(populate_existing=True)
        )
        found = await self._session.execute(statement.with_for_update(of=FileRow) if lock else statement)
        row = found.one_or_none()
        if row is None:
            raise NotFound(FILE, field=("id",))
        return row[0], row[1]

    async def by_ids(self, ids: Collection[UUID]) -> dict[UUID, FileRow]:
        statement = select(FileRow).join(IncidentRef, _PRESENT).where(FileRow.id == func.any(list(ids)))
        return {file.id: file for file in await self._session.scalars(statement.where(sees(self._actor)))}

    async def of_incidents(self, incidents: Collection[UUID]) -> dict[UUID, list[FileRow]]:
        """Oldest first, for each incident that the actor sees; one statement. An incident has a bounded number."""
        statement: Any = (
            select(IncidentRef.id, FileRow)
            .outerjoin(FileRow, _PRESENT)
            .where(IncidentRef.id == func.any(list(incidents)), sees(self._actor))
            .order_by(FileRow.uploaded_at, FileRow.id)
        )
        found: dict[UUID, list[FileRow]] = {}
        for incident_id, file in await self._session.execute(statement):
            of_incident = found.setdefault(incident_id, [])
            if file is not None:
                of_incident.append(file)
        return found

    async def deleted_of_incidents(self, incidents: Collection[UUID]) -> dict[UUID, list[FileRow]]:
        """Those that can be brought back, the last deleted first, up to 200 each, where the actor may do that."""
        may = among(IncidentRef.company_id, self._actor.companies(permissions.DELETE))
        wanted = (
            select(IncidentRef.id).where(IncidentRef.id == func.any(list(incidents)), sees(self._actor), may).subquery()
        )
        newest = (
            select(FileRow)
            .where(FileRow.incident_id == wanted.c.id, FileRow.deleted_at.is_not(None), FileRow.purged_at.is_(None))
            .order_by(FileRow.deleted_at.desc(), FileRow.id)
            .limit(MOST_OF_INCIDENT)
            .lateral()
        )
        file = aliased(FileRow, newest)
        statement = select(wanted.c.id, file).outerjoin(newest, true()).order_by(file.deleted_at.desc(), file.id)
        found: dict[UUID, list[FileRow]] = {}
        for incident_id, row in await self._session.execute(statement):
            of_incident = found.setdefault(incident_id, [])
            if row is not None:
                of_incident.append(row)
        return found


def sees(actor: Actor) -> ColumnElement[bool]:
    """Which incidents, and thereby files, there are for the actor is decided here and nowhere else."""
    seen = among(IncidentRef.company_id, actor.companies(permissions.VIEW))
    told = confided(
        IncidentRef.restricted,
        IncidentRef.company_id,
        IncidentRef.member_ids,
        all_of=actor.companies(permissions.VIEW_RESTRICTED),
        to=actor.id,
    )
    return and_(seen, told, IncidentRef.deleted.is_(False))
