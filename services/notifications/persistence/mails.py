"""Finding and keeping what people wrote about incidents, always through the eyes of one actor."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.access import Actor
from services.notifications.persistence.messages import visible
from services.notifications.persistence.rows import IncidentRef, MailRow, MessageRow

MOST_SHOWN: Final = 100


class Mails:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def by_ids(self, ids: Collection[UUID]) -> dict[UUID, MailRow]:
        of_incident = MailRow.incident_id == IncidentRef.id
        statement = select(MailRow).join(IncidentRef, of_incident).where(MailRow.id == func.any(list(ids)))
        return {mail.id: mail for mail in await self._session.scalars(statement.where(visible(self._actor)))}

    async def of_incidents(self, incidents: Collection[UUID]) -> dict[UUID, list[MailRow]]:
        """The newest first, up to MOST_SHOWN for each incident that the actor sees; one statement."""
        order = MailRow.created_at.desc(), MailRow.id.desc()
        newest = select(MailRow).where(MailRow.incident_id == IncidentRef.id).order_by(*order).limit(MOST_SHOWN)
        mail = aliased(MailRow, newest.lateral())
        statement: Any = (
            select(IncidentRef.id, mail)
            .outerjoin(mail, true())
            .where(IncidentRef.id == func.any(list(incidents)), visible(self._actor))
            .order_by(mail.created_at.desc(), mail.id.desc())
        )
        found: dict[UUID, list[MailRow]] = {}
        for incident_id, each in await self._session.execute(statement):
            of_incident = found.setdefault(incident_id, [])
            if each is not None:
                of_incident.append(each)
        return found

    async def messages_of(self, mails: Collection[UUID]) -> dict[UUID, list[MessageRow]]:
        """How each recipient of each mail is served, of incidents that the actor sees."""
        of_incident = MessageRow.incident_id == IncidentRef.id
        wanted = select(MessageRow).join(IncidentRef, of_incident).where(MessageRow.mail_id == func.any(list(mails)))
        found: dict[UUID, list[MessageRow]] = {each: [] for each in mails}
        for message in await self._session.scalars(wanted.where(visible(self._actor)).order_by(MessageRow.id)):
            if message.mail_id is not None:
                found[message.mail_id].append(message)
        return found

    async def repeated(self, key: str) -> MailRow | None:
        """What the actor sent under the same key."""
        wanted = select(MailRow).where(MailRow.sent_by_id == self._actor.id, MailRow.idempotency_key == key)
        found: MailRow | None = await self._session.scalar(wanted)
        return found
