"""Finding and keeping messages, always through the eyes of one actor."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from chassis.rowsecurity import among, confided
from services.notifications.domain import permissions
from services.notifications.persistence.rows import IncidentRef, MessageRow


class Messages:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def by_ids(self, ids: Collection[UUID]) -> dict[UUID, MessageRow]:
        of_incident = MessageRow.incident_id == IncidentRef.id
        statement = select(MessageRow).join(IncidentRef, of_incident).where(MessageRow.id == func.any(list(ids)))
        return {message.id: message for message in await self._session.scalars(statement.where(self._visible()))}

    async def of_incidents(self, incidents: Collection[UUID]) -> dict[UUID, list[MessageRow]]:
        """Newest first, for each incident that the actor sees; one statement."""
        statement: Any = (
            select(IncidentRef.id, MessageRow)
            .outerjoin(MessageRow, MessageRow.incident_id == IncidentRef.id)
            .where(IncidentRef.id == func.any(list(incidents)), self._visible())
            .order_by(MessageRow.created_at.desc(), MessageRow.id.desc())
        )
        found: dict[UUID, list[MessageRow]] = {}
        for incident_id, message in await self._session.execute(statement):
            of_incident = found.setdefault(incident_id, [])
            if message is not None:
                of_incident.append(message)
        return found

    def keep(self, message: MessageRow) -> None:
        self._session.add(message)

    def _visible(self) -> ColumnElement[bool]:
        """Which incidents, and thereby messages, there are for the actor is decided here and nowhere else."""
        seen = among(IncidentRef.company_id, self._actor.companies(permissions.VIEW))
        told = confided(
            IncidentRef.restricted,
            IncidentRef.company_id,
            IncidentRef.member_ids,
            all_of=self._actor.companies(permissions.VIEW_RESTRICTED),
            to=self._actor.id,
        )
        return and_(seen, told, IncidentRef.deleted.is_(False))
