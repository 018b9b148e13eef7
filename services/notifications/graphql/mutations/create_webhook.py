"""Setting up a webhook."""

from typing import Annotated

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.notifications.domain import permissions
from services.notifications.graphql.context import Context, Info
from services.notifications.graphql.mutations.webhook_payload import WebhookSecretPayload, secret_payload
from services.notifications.usecases.create_webhook import CreateWebhook, MadeSecret, create_webhook


@strawberry.input(description="A new webhook.")
class CreateWebhookInput:
    company_id: strawberry.ID = strawberry.field(description="Of which company the events are.")
    url: str = strawberry.field(description="What is called: an https:// address that is public.")
    description: str = strawberry.field(default="", description="What it is for, at most 500 characters.")
    types: list[str] | None = strawberry.field(
        default=None, description="The types of events, such as `incident.registered.v1`; left out, all."
    )
    ordered: bool = strawberry.field(
        default=False, description="Whether an event waits until those before it, of the same subject, are settled."
    )
    per_minute: int | None = strawberry.field(
        default=None, description="How many to send in a minute at most, 1 to 6000; left out, without a limit."
    )


@strawberry.type
class CreateWebhookMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.WEBHOOKS, argument="input.companyId")],
        description=described(
            "Sends what happens in a company from now on to an address, as far as you may see it then.",
            rights="webhook.manage in the company.",
        ),
    )
    async def create_webhook(
        self, info: Info, input: Annotated[CreateWebhookInput, strawberry.argument(description="The new webhook.")]
    ) -> WebhookSecretPayload | None:
        return await secret_payload(_create(input, info.context))


async def _create(source: CreateWebhookInput, context: Context) -> MadeSecret:
    command = CreateWebhook(
        company_id=to_uuid(source.company_id, "company_id"),
        url=source.url,
        description=source.description,
        types=source.types,
        ordered=source.ordered,
        per_minute=source.per_minute,
    )
    async with context.work() as work:
        return await create_webhook(command, work, context.webhook_tools)
