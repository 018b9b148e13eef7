"""Finding and keeping files, always through the eyes of one actor."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from chassis.errors import NotFound
from chassis.rowsecurity import among, confided
from services.files.domain import permissions
from services.files.persistence.rows import FileRow, IncidentRef

INCIDENT = "The incident was"
_PRESENT = and_(FileRow.incident_id == IncidentRef.id, FileRow.deleted_at.is_(None))


class Files:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def incident(self, incident_id: UUID) -> IncidentRef:
        """What files are kept of. Raises NotFound when it is unknown here, deleted, or out of the actor's sight."""
        found = await self._session.scalar(select(IncidentRef).where(IncidentRef.id == incident_id, self._visible()))
        if found is None:
            raise NotFound(INCIDENT, field=("incident_id",))
        return found

    async def by_ids(self, ids: Collection[UUID]) -> dict[UUID, FileRow]:
        statement = select(FileRow).join(IncidentRef, _PRESENT).where(FileRow.id == func.any(list(ids)))
        return {file.id: file for file in await self._session.scalars(statement.where(self._visible()))}

    async def of_incidents(self, incidents: Collection[UUID]) -> dict[UUID, list[FileRow]]:
        """Oldest first, for each incident that the actor sees; one statement."""
        statement: Any = (
            select(IncidentRef.id, FileRow)
            .outerjoin(FileRow, _PRESENT)
            .where(IncidentRef.id == func.any(list(incidents)), self._visible())
            .order_by(FileRow.uploaded_at, FileRow.id)
        )
        found: dict[UUID, list[FileRow]] = {}
        for incident_id, file in await self._session.execute(statement):
            of_incident = found.setdefault(incident_id, [])
            if file is not None:
                of_incident.append(file)
        return found

    def keep(self, file: FileRow) -> None:
        self._session.add(file)

    def _visible(self) -> ColumnElement[bool]:
        """Which incidents, and thereby files, there are for the actor is decided here and nowhere else."""
        seen = among(IncidentRef.company_id, self._actor.companies(permissions.VIEW))
        told = confided(
            IncidentRef.restricted,
            IncidentRef.company_id,
            IncidentRef.member_ids,
            all_of=self._actor.companies(permissions.VIEW_RESTRICTED),
            to=self._actor.id,
        )
        return and_(seen, told, IncidentRef.deleted.is_(False))
