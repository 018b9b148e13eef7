"""Trying a webhook."""

from typing import Annotated

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.notifications.adapters.webhook_sender import Answer
from services.notifications.domain import permissions
from services.notifications.graphql.context import Context, Info
from services.notifications.graphql.types.webhook import Webhook
from services.notifications.graphql.webhook_queries import RIGHTS
from services.notifications.persistence.webhook_rows import WebhookRow
from services.notifications.persistence.webhooks import Webhooks
from services.notifications.usecases.try_webhook import try_webhook


@strawberry.input(description="The webhook to try.")
class TestWebhookInput:
    id: strawberry.ID = strawberry.field(description="The webhook.")


@strawberry.type(description="What was answered.")
class TestWebhookPayload:
    webhook: Webhook | None = strawberry.field(description="The webhook; null when it was refused.")
    delivered: bool = strawberry.field(description="Whether it answered with a status of 2xx.")
    status: int | None = strawberry.field(description="The HTTP status of the answer; null when there was none.")
    error: str | None = strawberry.field(description="Why there was no answer.")
    duration_ms: int | None = strawberry.field(description="How long it took; null when it was refused.")
    answer: str | None = strawberry.field(description="The first 20 kB of the answer, as text.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class TestWebhookMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.WEBHOOKS)],
        description=described("Sends a test event to a webhook now, whatever its state.", rights=RIGHTS),
    )
    async def test_webhook(
        self, info: Info, input: Annotated[TestWebhookInput, strawberry.argument(description="Which webhook.")]
    ) -> TestWebhookPayload | None:
        try:
            row, answer = await _try(input, info.context)
        except Refusal as refusal:
            return _refused(refusal)
        return TestWebhookPayload(
            webhook=Webhook.from_row(row),
            delivered=answer.delivered,
            status=answer.status,
            error=answer.error,
            duration_ms=answer.duration_ms,
            answer=answer.text,
            errors=[],
        )


async def _try(source: TestWebhookInput, context: Context) -> tuple[WebhookRow, Answer]:
    id = to_uuid(source.id, "id")
    async with context.read() as session:
        row = await Webhooks(session, context.actor).get(id)
    return row, await try_webhook(row, context.webhook_tools)


def _refused(refusal: Refusal) -> TestWebhookPayload:
    return TestWebhookPayload(
        webhook=None,
        delivered=False,
        status=None,
        error=None,
        duration_ms=None,
        answer=None,
        errors=[user_error(refusal)],
    )
