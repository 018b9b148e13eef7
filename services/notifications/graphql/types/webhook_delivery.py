"""What was sent to a webhook, and what was answered."""

from datetime import datetime
from enum import Enum
from typing import Self
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from services.notifications.domain.outside import padded
from services.notifications.domain.webhooks import DeliveryState
from services.notifications.graphql.context import Info
from services.notifications.persistence.webhook_rows import WebhookAttemptRow, WebhookDeliveryRow


@strawberry.enum(description="Where an event stands on its way to a webhook.")
class WebhookDeliveryState(Enum):
    PENDING = strawberry.enum_value(DeliveryState.PENDING.value, description="It is to be sent, perhaps again.")
    DELIVERED = strawberry.enum_value(DeliveryState.DELIVERED.value, description="It was taken, by a status of 2xx.")
    FAILED = strawberry.enum_value(DeliveryState.FAILED.value, description="It was given up.")
    WITHHELD = strawberry.enum_value(
        DeliveryState.WITHHELD.value,
        description="The owner of the webhook might not see it any more: nothing was sent.",
    )


@strawberry.type(description="One call of a webhook.")
class WebhookAttempt:
    number: int = strawberry.field(
        description="Counts the attempts of its delivery from 1; anew when it is sent again."
    )
    at: datetime = strawberry.field(description="When it began.")
    duration_ms: int = strawberry.field(description="How long it took.")
    status: int | None = strawberry.field(description="The HTTP status of the answer; null when there was none.")
    error: str | None = strawberry.field(description="Why there was no answer.")
    request_headers: JSON = strawberry.field(description="The headers that were sent, without the signature.")
    answer: str = strawberry.field(description="The first 20 kB of the answer, as text.")

    @classmethod
    def from_row(cls, row: WebhookAttemptRow) -> Self:
        return cls(
            number=row.number,
            at=row.at,
            duration_ms=row.duration_ms,
            status=row.status,
            error=row.error,
            request_headers=JSON(row.request_headers),
            answer=row.answer,
        )


@strawberry.type(description="One event on its way to one webhook.")
class WebhookDelivery:
    id: strawberry.ID = strawberry.field(description="Its id.")
    event_id: strawberry.ID = strawberry.field(description="The id of the event, and the header `webhook-id`.")
    type: str = strawberry.field(description="What happened, such as `incident.registered.v1`.")
    subject: strawberry.ID = strawberry.field(description="The id of what it happened to.")
    sequence: str = strawberry.field(description="Which event of its subject it is; digits that sort as text.")
    state: WebhookDeliveryState = strawberry.field(description="Where it stands.")
    next_attempt_at: datetime | None = strawberry.field(description="When it is tried next; null when it is settled.")
    created_at: datetime = strawberry.field(description="When it was queued.")
    row_id: strawberry.Private[UUID]

    @strawberry.field(description="The calls that were made, the first one first.")
    async def attempts(self, info: Info) -> list[WebhookAttempt]:
        rows = await info.context.webhook_attempts.load(self.row_id)
        return [WebhookAttempt.from_row(row) for row in rows or ()]

    @classmethod
    def from_row(cls, row: WebhookDeliveryRow) -> Self:
        pending = row.state == DeliveryState.PENDING
        return cls(
            id=strawberry.ID(str(row.id)),
            event_id=strawberry.ID(str(row.event_id)),
            type=row.type,
            subject=strawberry.ID(str(row.subject)),
            sequence=padded(row.sequence),
            state=WebhookDeliveryState(row.state),
            next_attempt_at=row.next_attempt_at if pending else None,
            created_at=row.created_at,
            row_id=row.id,
        )
