"""Reading webhooks."""

from typing import Annotated, Final

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.notifications.domain import permissions
from services.notifications.graphql.context import Info
from services.notifications.graphql.types.webhook import Webhook
from services.notifications.persistence.webhooks import Webhooks

RIGHTS: Final = "webhook.manage in its company."


@strawberry.type
class WebhookQueries:
    @strawberry.field(
        directives=[CompanyScope(permission=permissions.WEBHOOKS, argument="companyId")],
        description=described("The webhooks of a company, the oldest first.", rights="webhook.manage in the company."),
    )
    async def webhooks(
        self,
        info: Info,
        company_id: Annotated[strawberry.ID, strawberry.argument(description="The company.")],
    ) -> list[Webhook] | None:
        company = to_uuid(company_id, "company_id")
        async with info.context.read() as session:
            rows = await Webhooks(session, info.context.actor).of_company(company)
        return [Webhook.from_row(row) for row in rows]

    @strawberry.field(
        directives=[CompanyScope(permission=permissions.WEBHOOKS)],
        description=described("One webhook; null when it is not there for you.", rights=RIGHTS),
    )
    async def webhook(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Webhook | None:
        row = await info.context.webhook_by_id.load(to_uuid(id, "id"))
        return None if row is None else Webhook.from_row(row)
