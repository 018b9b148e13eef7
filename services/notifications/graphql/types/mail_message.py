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


@strawberry.enum(description="Where a mail stands on its way.")
class MailMessageState(Enum):
    QUEUED = strawberry.enum_value(
        messages.MessageState.QUEUED.value, description="It waits to be handed to a mail server."
    )


@strawberry.federation.type(keys=["id"], description="A mail to one person about an incident.")
class MailMessage:
    id: strawberry.ID = strawberry.field(description="Its id.")
    kind: MailMessageKind = strawberry.field(description="Why it is sent.")
    state: MailMessageState = strawberry.field(description="Where it stands on its way.")
    created_at: datetime = strawberry.field(description="When it was recorded.")
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
            created_at=row.created_at,
            recipient=User(id=strawberry.ID(str(row.recipient_user_id))),
        )
