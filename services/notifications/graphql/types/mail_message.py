"""A mail as callers see it."""

from datetime import datetime
from enum import Enum
from typing import Self

import strawberry

from chassis.graphql.loading import load_reference
from services.notifications.domain import messages
from services.notifications.graphql.context import Info
from services.notifications.graphql.types.others import User
from services.notifications.persistence.rows import MessageRow


@strawberry.enum(description="Why a mail is sent.")
class MailMessageKind(Enum):
    ASSIGNED = strawberry.enum_value(
        messages.MessageKind.ASSIGNED.value, description="The recipient has become responsible for the incident."
    )
    WRITTEN = strawberry.enum_value(
        messages.MessageKind.WRITTEN.value, description="Somebody wrote to the recipient about the incident."
    )


@strawberry.enum(description="Where a mail stands on its way.")
class MailMessageState(Enum):
    QUEUED = strawberry.enum_value(
        "QUEUED", description="It waits to be handed to a mail server, for the first time or again."
    )
    SENDING = strawberry.enum_value("SENDING", description="It is being handed over.")
    SENT = strawberry.enum_value("SENT", description="A mail server has taken it over.")
    FAILED = strawberry.enum_value("FAILED", description="It could not be sent, and is not tried again.")
    WITHHELD = strawberry.enum_value("WITHHELD", description="It was not sent, because its recipient may not have it.")


@strawberry.enum(description="Why a mail waits, failed or was withheld.")
class MailMessageReason(Enum):
    SERVER_UNREACHABLE = strawberry.enum_value(
        "SERVER_UNREACHABLE", description="The mail server did not answer, or the connection was lost."
    )
    ACCOUNT_REFUSED = strawberry.enum_value(
        "ACCOUNT_REFUSED", description="The mail server does not accept the account of the registry."
    )
    SERVER_BUSY = strawberry.enum_value("SERVER_BUSY", description="The mail server wants it later.")
    RECIPIENT_REFUSED = strawberry.enum_value(
        "RECIPIENT_REFUSED", description="The mail server does not know the recipient."
    )
    MESSAGE_REFUSED = strawberry.enum_value("MESSAGE_REFUSED", description="The mail server refuses the mail.")
    ADDRESS_UNUSABLE = strawberry.enum_value(
        "ADDRESS_UNUSABLE", description="Mail cannot be sent to the recipient's address."
    )
    TOO_OLD = strawberry.enum_value("TOO_OLD", description="It could not be sent within three days.")
    RECIPIENT_INACTIVE = strawberry.enum_value(
        "RECIPIENT_INACTIVE", description="The recipient does not work with the registry any more."
    )
    NO_RIGHT = strawberry.enum_value(
        "NO_RIGHT", description="The recipient did not see the incident when it was to be sent."
    )
    MARKING = strawberry.enum_value(
        "MARKING", description="The marking of the incident (TLP) kept it from the recipient when it was to be sent."
    )


@strawberry.federation.type(keys=["id"], description="A mail to one person about an incident.")
class MailMessage:
    id: strawberry.ID = strawberry.field(description="Its id.")
    kind: MailMessageKind = strawberry.field(description="Why it is sent.")
    state: MailMessageState = strawberry.field(description="Where it stands on its way.")
    reason: MailMessageReason | None = strawberry.field(description="Why it waits, failed or was withheld.")
    answer: str | None = strawberry.field(description="The code by which the mail server refused it: `550 5.1.1`.")
    attempts: int = strawberry.field(description="How often it was tried.")
    created_at: datetime = strawberry.field(description="When it was recorded.")
    next_attempt_at: datetime | None = strawberry.field(description="When it is tried next, while it waits.")
    settled_at: datetime | None = strawberry.field(description="When it was sent, or given up.")
    recipient: User | None = strawberry.field(description="Whom it is for.")

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        row = await load_reference(info.context.messages, id)
        return None if row is None else cls.from_row(row)

    @classmethod
    def from_row(cls, row: MessageRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            kind=MailMessageKind(row.kind),
            state=MailMessageState(row.state),
            reason=None if row.reason is None else MailMessageReason(row.reason),
            answer=row.answer,
            attempts=row.attempts,
            created_at=row.created_at,
            next_attempt_at=row.next_attempt_at if row.state == messages.MessageState.QUEUED else None,
            settled_at=row.settled_at,
            recipient=User(id=strawberry.ID(str(row.recipient_user_id))),
        )
