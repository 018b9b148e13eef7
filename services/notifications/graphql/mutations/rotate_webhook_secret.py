"""Giving a webhook another secret."""

from typing import Annotated

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid
from chassis.graphql.rights import described
from services.notifications.domain import permissions
from services.notifications.graphql.context import Context, Info
from services.notifications.graphql.mutations.webhook_payload import WebhookSecretPayload, secret_payload
from services.notifications.graphql.webhook_queries import RIGHTS
from services.notifications.usecases.create_webhook import MadeSecret
from services.notifications.usecases.rotate_webhook_secret import (
    USUAL_OVERLAP,
    RotateWebhookSecret,
    rotate_webhook_secret,
)


@strawberry.input(description="The webhook to give another secret.")
class RotateWebhookSecretInput:
    id: strawberry.ID = strawberry.field(description="The webhook.")
    overlap_hours: int = strawberry.field(
        default=USUAL_OVERLAP, description="How long the old secret signs beside the new one, 0 to 168."
    )
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.type
class RotateWebhookSecretMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.WEBHOOKS)],
        description=described("Gives a webhook another secret; for a while both sign.", rights=RIGHTS),
    )
    async def rotate_webhook_secret(
        self, info: Info, input: Annotated[RotateWebhookSecretInput, strawberry.argument(description="Which webhook.")]
    ) -> WebhookSecretPayload | None:
        return await secret_payload(_rotate(input, info.context))


async def _rotate(source: RotateWebhookSecretInput, context: Context) -> MadeSecret:
    command = RotateWebhookSecret(
        webhook_id=to_uuid(source.id, "id"),
        overlap_hours=source.overlap_hours,
        expected_version=source.expected_version,
    )
    async with context.work() as work:
        return await rotate_webhook_secret(command, work, context.webhook_tools)
