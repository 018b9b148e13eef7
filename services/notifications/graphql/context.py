"""What resolvers get: who asks, the database, and the loaders of this one request."""

from typing import TypeAlias

from strawberry.types import Info as StrawberryInfo

from chassis.database import Database
from chassis.graphql.context import GraphRequest, Made, RequestContext
from services.notifications.adapters.registry import Registry
from services.notifications.domain.links import Links
from services.notifications.graphql.loaders.incident_messages import incident_messages
from services.notifications.graphql.loaders.mails import incident_mails, mail_by_id, mail_messages
from services.notifications.graphql.loaders.message_by_id import message_by_id
from services.notifications.graphql.loaders.webhooks import webhook_attempts, webhook_by_id, webhook_deliveries
from services.notifications.persistence.projections import Projections
from services.notifications.usecases.read_feed import PublicFeed
from services.notifications.usecases.webhook_tools import WebhookTools


class Context(RequestContext):
    messages = Made(lambda context: message_by_id(context.read, context.actor))
    incident_messages = Made(
        lambda context: incident_messages(context.read, context.actor, context.projections.incidents)
    )

    mails = Made(lambda context: mail_by_id(context.read, context.actor))
    mail_messages = Made(lambda context: mail_messages(context.read, context.actor))
    incident_mails = Made(lambda context: incident_mails(context.read, context.actor, context.projections.incidents))
    webhook_by_id = Made(lambda context: webhook_by_id(context.read, context.actor))
    webhook_deliveries = Made(lambda context: webhook_deliveries(context.read, context.actor))
    webhook_attempts = Made(lambda context: webhook_attempts(context.read, context.actor))

    def __init__(
        self,
        request: GraphRequest,
        database: Database,
        projections: Projections,
        feed: PublicFeed,
        registry: Registry,
        links: Links,
        webhook_tools: WebhookTools,
    ) -> None:
        self.projections = projections
        self.feed = feed
        self.registry = registry
        self.links = links
        self.webhook_tools = webhook_tools
        self.database = database
        super().__init__(request, database)


Info: TypeAlias = StrawberryInfo[Context, None]
