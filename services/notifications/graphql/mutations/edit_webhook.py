"""Changing a webhook, and taking it away."""

from typing import Annotated, Final

import strawberry

from chassis.errors import Invalid
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, given, to_uuid
from chassis.graphql.rights import described
from services.notifications.domain import permissions
from services.notifications.graphql.context import Context, Info
from services.notifications.graphql.mutations.webhook_payload import WebhookPayload, webhook_payload
from services.notifications.graphql.webhook_queries import RIGHTS
from services.notifications.persistence.webhook_rows import WebhookRow
from services.notifications.usecases.edit_webhook import DeleteWebhook, EditWebhook, delete_webhook, edit_webhook

_NOT_NULL: Final = ("url", "description", "ordered")
_VALUES: Final = (*_NOT_NULL, "types", "per_minute")


@strawberry.input(description="Changes to a webhook; what is left out stays as it is.")
class EditWebhookInput:
    id: strawberry.ID = strawberry.field(description="The webhook.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    url: str | None = strawberry.field(
        default=strawberry.UNSET, description="Another address; you own the webhook then, and what you see is sent."
    )
    description: str | None = strawberry.field(default=strawberry.UNSET, description="What it is for.")
    types: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Other types; null for all.")
    ordered: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether it is ordered.")
    per_minute: int | None = strawberry.field(default=strawberry.UNSET, description="A limit; null for none.")
    enabled: bool | None = strawberry.field(
        default=None, description="Whether it is called; switched on again, it gets what it missed, as far as kept."
    )


@strawberry.input(description="The webhook to take away.")
class DeleteWebhookInput:
    id: strawberry.ID = strawberry.field(description="The webhook.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.type
class EditWebhookMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.WEBHOOKS)],
        description=described("Changes a webhook, or switches it off and on.", rights=RIGHTS),
    )
    async def edit_webhook(
        self,
        info: Info,
        input: Annotated[EditWebhookInput, strawberry.argument(description="What shall be otherwise.")],
    ) -> WebhookPayload | None:
        return await webhook_payload(_edit(input, info.context))

    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.WEBHOOKS)],
        description=described("Takes a webhook away, with all that was sent there or is to be.", rights=RIGHTS),
    )
    async def delete_webhook(
        self, info: Info, input: Annotated[DeleteWebhookInput, strawberry.argument(description="Which webhook.")]
    ) -> WebhookPayload | None:
        return await webhook_payload(_delete(input, info.context))


async def _edit(source: EditWebhookInput, context: Context) -> WebhookRow:
    values = {name: value for name, value in given(source).items() if name in _VALUES}
    for name in _NOT_NULL:
        if name in values and values[name] is None:
            raise Invalid("This has no null: leave it out to keep it.", field=(name,))
    command = EditWebhook(
        webhook_id=to_uuid(source.id, "id"),
        expected_version=source.expected_version,
        values=values,
        enabled=source.enabled,
    )
    async with context.work() as work:
        return await edit_webhook(command, work, context.webhook_tools)


async def _delete(source: DeleteWebhookInput, context: Context) -> WebhookRow:
    command = DeleteWebhook(webhook_id=to_uuid(source.id, "id"), expected_version=source.expected_version)
    async with context.work() as work:
        return await delete_webhook(command, work)
