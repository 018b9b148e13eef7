"""Reading messages."""

from typing import Annotated

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.notifications.domain import permissions
from services.notifications.graphql.context import Info
from services.notifications.graphql.feed_queries import FeedQueries
from services.notifications.graphql.mutations.mail_templates import MailTemplateQuery
from services.notifications.graphql.mutations.send_incident_mail import PreviewQuery
from services.notifications.graphql.types.incident_mail import IncidentMail
from services.notifications.graphql.types.mail_message import MailMessage
from services.notifications.graphql.webhook_queries import WebhookQueries

_VIEW = CompanyScope(permission=permissions.VIEW)


@strawberry.type
class Query(FeedQueries, PreviewQuery, MailTemplateQuery, WebhookQueries):
    @strawberry.field(
        directives=[_VIEW],
        description=described(
            "One mail about an incident; null when it is not there for you.",
            rights="incident.view in the company of its incident; restricted: members or incident.view_restricted.",
        ),
    )
    async def mail_message(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> MailMessage | None:
        row = await info.context.messages.load(to_uuid(id, "id"))
        return None if row is None else MailMessage.from_row(row)

    @strawberry.field(
        directives=[_VIEW],
        description=described(
            "What somebody wrote about an incident; null when it is not there for you.",
            rights="incident.view in the company of its incident; restricted: members or incident.view_restricted.",
        ),
    )
    async def incident_mail(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> IncidentMail | None:
        row = await info.context.mails.load(to_uuid(id, "id"))
        return None if row is None else IncidentMail.from_row(row)
