"""Telling the history of an incident that somebody sends a mail about it, before the first of it leaves."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from chassis.errors import Fault
from services.notifications.adapters.registry import Registry
from services.notifications.domain import permissions
from services.notifications.persistence.rows import MailRow

_TELLER: Final = Actor.system("mail", EVERY_COMPANY)


async def disclosed_mail(id: UUID, database: Database, registry: Registry) -> MailRow:
    """The mail, which the history knows of. Whoever else sends of it waits meanwhile. Raises Fault."""
    async with database.work(_TELLER) as work:
        mail = await work.session.scalar(select(MailRow).where(MailRow.id == id).with_for_update())
        if mail is None:
            raise Fault("mail", "was purged meanwhile")
        if mail.disclosed_at is None:
            await registry.disclose(_told(mail))
            mail.disclosed_at = datetime.now(UTC)
    return mail


def _told(mail: MailRow) -> dict[str, object]:
    return {
        "key": mail.id,
        "incident_id": mail.incident_id,
        "operation": "MAIL",
        "what": mail.subject,
        "permission": permissions.SEND_MAIL,
        "actor_id": mail.sent_by_id,
        "actor_kind": mail.sent_by_kind,
        "request_id": mail.request_id,
    }
