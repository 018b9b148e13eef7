"""Recording that somebody is to be told something: one message per recipient and event, and its own event."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.identifiers import uuid7
from services.notifications.domain.events import NotificationRequested
from services.notifications.domain.messages import MessageKind, MessageState, subject_key
from services.notifications.persistence.messages import Messages
from services.notifications.persistence.rows import MessageRow


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMessage:
    """`event_id` is the event that gives the reason, or the mail that somebody wrote, which is then `mail_id` too.

    `restricted` tells whether few may see its incident.
    """

    event_id: UUID
    company_id: UUID
    incident_id: UUID
    recipient_id: UUID
    kind: MessageKind
    restricted: bool = False
    mail_id: UUID | None = None


async def request_message(command: RequestMessage, work: UnitOfWork) -> MessageRow:
    """A second message to the same person for the same event breaks the unit of work at its end.

    Nothing is written before that end, so that the messages of many events go to the database together.
    """
    now = datetime.now(UTC)
    message = MessageRow(
        id=uuid7(),
        company_id=command.company_id,
        incident_id=command.incident_id,
        event_id=command.event_id,
        recipient_user_id=command.recipient_id,
        kind=command.kind.value,
        subject_key=subject_key(command.kind),
        state=MessageState.QUEUED.value,
        created_at=now,
        next_attempt_at=now,
        sequence=1,
        mail_id=command.mail_id,
    )
    Messages(work.session, work.actor).keep(message)
    fact = NotificationRequested(
        message_id=message.id,
        incident_id=message.incident_id,
        recipient_id=message.recipient_user_id,
        kind=message.kind,
    )
    work.emit(
        fact,
        subject=message.id,
        company=message.company_id,
        sequence=message.sequence,
        restricted=command.restricted,
    )
    return message
