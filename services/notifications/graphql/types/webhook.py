"""A webhook as those who manage them see it: never with its secret."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Self
from uuid import UUID

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last, Page
from chassis.graphql.cursors import moment_part
from chassis.graphql.loading import load_reference
from services.notifications.domain import webhooks
from services.notifications.graphql.context import Info
from services.notifications.graphql.types.others import Company, User
from services.notifications.graphql.types.webhook_delivery import WebhookDelivery, WebhookDeliveryState
from services.notifications.persistence.webhook_rows import WebhookRow


@strawberry.enum(description="Whether a webhook is called, and why not.")
class WebhookState(Enum):
    ENABLED = strawberry.enum_value(webhooks.WebhookState.ENABLED.value, description="It is called.")
    DISABLED_BY_PERSON = strawberry.enum_value(
        webhooks.WebhookState.DISABLED_BY_PERSON.value, description="Somebody switched it off."
    )
    DISABLED_BY_FAILURE = strawberry.enum_value(
        webhooks.WebhookState.DISABLED_BY_FAILURE.value, description="Nothing could be delivered for five days."
    )
    GONE = strawberry.enum_value(webhooks.WebhookState.GONE.value, description="It answered 410: it is no more.")


@strawberry.federation.type(keys=["id"], description="An address that events of a company are sent to.")
class Webhook:
    id: strawberry.ID = strawberry.field(description="Its id.")
    company: Company | None = strawberry.field(description="Of which company the events are.")
    owner: User | None = strawberry.field(
        description="Who gave it its address. What they may not see at the moment of sending is not sent."
    )
    url: str = strawberry.field(description="What is called.")
    description: str = strawberry.field(description="What it is for.")
    types: list[str] | None = strawberry.field(description="The types of events that are sent; null for all.")
    ordered: bool = strawberry.field(
        description="Whether an event waits until those before it, of the same subject, are settled."
    )
    per_minute: int | None = strawberry.field(description="How many are sent in a minute at most; null for no limit.")
    state: WebhookState = strawberry.field(description="Whether it is called.")
    failing_since: datetime | None = strawberry.field(
        description="Since when nothing was delivered though it was tried; null while all is well."
    )
    previous_secret_until: datetime | None = strawberry.field(
        description="Until when the secret before this one signs too; null when there is none."
    )
    version: int = strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    row_id: strawberry.Private[UUID]

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        row = await load_reference(info.context.webhook_by_id, id)
        return None if row is None else cls.from_row(row)

    @strawberry.field(
        description="What was sent there, is to be sent, or was withheld, newest first; about incidents only those "
        "that you may see."
    )
    async def deliveries(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        state: Annotated[WebhookDeliveryState | None, strawberry.argument(description="Only those; else all.")] = None,
    ) -> Connection[WebhookDelivery]:
        loader = info.context.webhook_deliveries[None if state is None else webhooks.DeliveryState[state.name]]
        page = Page.of(first, after, last, before, order="CREATED_DESC")
        rows = await loader.page(self.row_id, page.first, page.typed(moment_part, UUID))
        nodes = [(WebhookDelivery.from_row(row), (row.created_at, row.id)) for row in rows]
        return page.connection(Connection[WebhookDelivery], nodes, lambda: loader.count(self.row_id))

    @classmethod
    def from_row(cls, row: WebhookRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            company=Company(id=strawberry.ID(str(row.company_id))),
            owner=User(id=strawberry.ID(str(row.owner_id))),
            url=row.url,
            description=row.description,
            types=row.types,
            ordered=row.ordered,
            per_minute=row.per_minute,
            state=WebhookState(row.state),
            failing_since=row.first_failed_at,
            previous_secret_until=row.previous_until,
            version=row.version,
            created_at=row.created_at,
            updated_at=row.updated_at,
            row_id=row.id,
        )
