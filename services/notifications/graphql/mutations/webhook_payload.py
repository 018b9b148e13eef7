"""What mutations of webhooks answer."""

from collections.abc import Awaitable

import strawberry

from chassis.errors import Refusal
from chassis.graphql.refusals import UserError, user_error
from services.notifications.graphql.types.webhook import Webhook
from services.notifications.persistence.webhook_rows import WebhookRow
from services.notifications.usecases.create_webhook import MadeSecret
from services.notifications.usecases.webhook_versions import current


@strawberry.type(description="What came of a change to a webhook.")
class WebhookPayload:
    webhook: Webhook | None = strawberry.field(
        description="The webhook after the change; on CONFLICT of versions as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What came of it.")
class WebhookSecretPayload:
    webhook: Webhook | None = strawberry.field(
        description="The webhook; on CONFLICT of versions as it is now; null when it was refused."
    )
    secret: str | None = strawberry.field(
        description="What signs all that is sent there. Keep it: it is not shown again."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


async def webhook_payload(change: Awaitable[WebhookRow]) -> WebhookPayload:
    try:
        return WebhookPayload(webhook=Webhook.from_row(await change), errors=[])
    except Refusal as refusal:
        return WebhookPayload(webhook=as_it_is(refusal), errors=[user_error(refusal)])


async def secret_payload(change: Awaitable[MadeSecret]) -> WebhookSecretPayload:
    try:
        made = await change
    except Refusal as refusal:
        return WebhookSecretPayload(webhook=as_it_is(refusal), secret=None, errors=[user_error(refusal)])
    return WebhookSecretPayload(webhook=Webhook.from_row(made.row), secret=made.secret, errors=[])


def as_it_is(refusal: Refusal) -> Webhook | None:
    row = current(refusal)
    return None if row is None else Webhook.from_row(row)
