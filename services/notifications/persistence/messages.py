"""Finding and keeping messages, always through the eyes of one actor."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.access import Actor
from chassis.rowsecurity import among, confided
from services.notifications.domain import permissions
from services.notifications.persistence.rows import IncidentRef, MessageRow

MOST_SHOWN: Final = 100


class Messages:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def by_ids(self, ids: Collection[UUID]) -> dict[UUID, MessageRow]:
        of_incident = MessageRow.incident_id == IncidentRef.id
        statement = select(MessageRow).join(IncidentRef, of_incident).where(MessageRow.id == func.any(list(ids)))
        return {message.id: message for message in await self._session.scalars(statement.where(visible(self._actor)))}

    async def of_incidents(self, incidents: Collection[UUID]) -> dict[UUID, list[MessageRow]]:
        """The newest first, up to MOST_SHOWN for each incident that the actor sees; one statement."""
        order = MessageRow.created_at.desc(), MessageRow.id.desc()
        newest = (
            select(MessageRow).where(MessageRow.incident_id == IncidentRef.id).order_by(*order).limit(MOST_SHOWN)
        ).lateral()
        message = aliased(MessageRow, newest)
        statement: Any = (
            select(IncidentRef.id, message)
            .outerjoin(newest, true())
            .where(IncidentRef.id == func.any(list(incidents)), visible(self._actor))
            .order_by(message.created_at.desc(), message.id.desc())
        )
        found: dict[UUID, list[MessageRow]] = {}
        for incident_id, message in await self._session.execute(statement):
            of_incident = found.setdefault(incident_id, [])
            if message is not None:
                of_incident.append(message)
        return found

    def keep(self, message: MessageRow) -> None:
        self._session.add(message)


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which incidents, and thereby messages and mails, there are for the actor is decided here and nowhere else."""
    seen = among(IncidentRef.company_id, actor.companies(permissions.VIEW))
    told = confided(
        IncidentRef.restricted,
        IncidentRef.company_id,
        IncidentRef.member_ids,
        all_of=actor.companies(permissions.VIEW_RESTRICTED),
        to=actor.id,
    )
    return and_(seen, told, IncidentRef.deleted.is_(False))
