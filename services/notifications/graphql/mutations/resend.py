"""Sending again what a webhook did not take."""

from datetime import datetime
from typing import Annotated

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.notifications.domain import permissions
from services.notifications.graphql.context import Context, Info
from services.notifications.graphql.types.webhook import Webhook
from services.notifications.graphql.types.webhook_delivery import WebhookDelivery
from services.notifications.graphql.webhook_queries import RIGHTS
from services.notifications.persistence.webhook_rows import WebhookDeliveryRow, WebhookRow
from services.notifications.usecases.resend import (
    RecoverWebhook,
    recover_webhook,
    resend_delivery,
)


@strawberry.input(description="What to send again.")
class ResendWebhookDeliveryInput:
    id: strawberry.ID = strawberry.field(description="The delivery.")


@strawberry.input(description="A stretch of time to send again.")
class RecoverWebhookInput:
    id: strawberry.ID = strawberry.field(description="The webhook.")
    since: datetime = strawberry.field(description="The first moment.")
    until: datetime | None = strawberry.field(default=None, description="The first moment after it; left out, now.")


@strawberry.type(description="What came of it.")
class ResendWebhookDeliveryPayload:
    delivery: WebhookDelivery | None = strawberry.field(description="The delivery; null when it was refused.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What came of it.")
class RecoverWebhookPayload:
    webhook: Webhook | None = strawberry.field(description="The webhook; null when it was refused.")
    queued: int = strawberry.field(description="How many events are sent.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class ResendMutations:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.WEBHOOKS)],
        description=described(
            "Sends one event to its webhook again, with all attempts anew.",
            rights="webhook.manage in the company; about an incident, incident.view, restricted: members or "
            "incident.view_restricted.",
        ),
    )
    async def resend_webhook_delivery(
        self, info: Info, input: Annotated[ResendWebhookDeliveryInput, strawberry.argument(description="Which one.")]
    ) -> ResendWebhookDeliveryPayload | None:
        try:
            row = await _resend(input, info.context)
        except Refusal as refusal:
            return ResendWebhookDeliveryPayload(delivery=None, errors=[user_error(refusal)])
        return ResendWebhookDeliveryPayload(delivery=WebhookDelivery.from_row(row), errors=[])

    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.WEBHOOKS)],
        description=described(
            "Sends all that a webhook was to be told in a stretch of time, also what it took already.", rights=RIGHTS
        ),
    )
    async def recover_webhook(
        self, info: Info, input: Annotated[RecoverWebhookInput, strawberry.argument(description="Which and what.")]
    ) -> RecoverWebhookPayload | None:
        try:
            row, queued = await _recover(input, info.context)
        except Refusal as refusal:
            return RecoverWebhookPayload(webhook=None, queued=0, errors=[user_error(refusal)])
        return RecoverWebhookPayload(webhook=Webhook.from_row(row), queued=queued, errors=[])


async def _resend(source: ResendWebhookDeliveryInput, context: Context) -> WebhookDeliveryRow:
    id = to_uuid(source.id, "id")
    async with context.work() as work:
        return await resend_delivery(id, work, context.webhook_tools)


async def _recover(source: RecoverWebhookInput, context: Context) -> tuple[WebhookRow, int]:
    command = RecoverWebhook(webhook_id=to_uuid(source.id, "id"), since=source.since, until=source.until)
    return await recover_webhook(command, context.actor, context.database, context.webhook_tools)
