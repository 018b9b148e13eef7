"""Putting the service together for HTTP."""

from collections.abc import Mapping
from functools import partial

from starlette.types import ASGIApp

from chassis.access import Actor
from chassis.asgi import service_application
from chassis.caller_routes import CallerRoutes
from chassis.database import Wall
from chassis.graphql.context import GraphRequest
from chassis.runtime import Runtime
from chassis.transport import Transport
from services.notifications.adapters.people import People
from services.notifications.adapters.registry import Registry
from services.notifications.adapters.smtp import SmtpServer
from services.notifications.adapters.webhook_sender import WebhookSender
from services.notifications.domain import permissions
from services.notifications.domain.following import sees_units
from services.notifications.domain.mail_templates import sees_templates
from services.notifications.domain.outward_addresses import Outward
from services.notifications.domain.sealing import Seal
from services.notifications.graphql.context import Context
from services.notifications.graphql.schema import schema
from services.notifications.persistence.migrations import VERSIONS
from services.notifications.persistence.projections import Projections
from services.notifications.settings import NotificationsSettings
from services.notifications.usecases.answer_feed import FeedQuestion, answer_feed
from services.notifications.usecases.read_feed import PublicFeed
from services.notifications.usecases.send_messages import PostOffice
from services.notifications.usecases.webhook_tools import WebhookTools

NAME = "notifications"
WALLS: Mapping[str, Wall] = {
    "view": permissions.VIEW,
    "view_restricted": permissions.VIEW_RESTRICTED,
    "view_member": lambda actor: frozenset({actor.id}),  # whom restricted incidents are confided to
    "feed_units": sees_units,
    "feed_anywhere": Actor.anywhere,
    "view_templates": sees_templates,
    "send": permissions.SEND_MAIL,
    "view_webhooks": permissions.WEBHOOKS,
    "manage": permissions.MANAGE,
    "system": lambda actor: actor.system_companies,  # opened by no permission: what events write is nobody else's
}


class NotificationsRuntime(Runtime):
    """What every service has, the public feed, the account that mail is sent by, and what webhooks need."""

    def __init__(self, settings: NotificationsSettings, transport: Transport) -> None:
        super().__init__(NAME, settings, transport, WALLS, VERSIONS)
        self.feed_days = settings.feed_days
        self.feed = PublicFeed(self.database)
        self.public_url = settings.public_url
        self.registry = Registry(self.peer)
        self.links = settings.links
        self._mail = settings.mail
        outward = Outward(settings.webhooks_allow)
        self.webhooks = WebhookTools(
            keys=None if settings.sealing_keys is None else Seal(settings.sealing_keys),
            outward=outward,
            sender=WebhookSender(outward),
            people=People(self.peer("access")),
            registry=settings.public_url,
        )

    @property
    def office(self) -> PostOffice | None:
        """None where no mail is sent."""
        if self._mail is None:
            return None
        return PostOffice(
            database=self.database,
            registry=self.registry,
            server=SmtpServer(self._mail.account),
            stationery=self._mail.stationery,
            per_minute=self._mail.per_minute,
        )

    async def close(self) -> None:
        await self.feed.tail.close()
        await super().close()


def new_runtime(settings: NotificationsSettings, transport: Transport) -> NotificationsRuntime:
    return NotificationsRuntime(settings, transport)


def new_application(runtime: NotificationsRuntime) -> ASGIApp:
    projections = Projections.of(runtime.database, runtime.peer("incidents"))

    def make_context(request: GraphRequest) -> Context:
        return Context(
            request,
            runtime.database,
            projections,
            runtime.feed,
            runtime.registry,
            runtime.links,
            runtime.webhooks,
        )

    routes = CallerRoutes(runtime.name, runtime.contexts)
    routes.on("feed", reads=FeedQuestion, answer=partial(answer_feed, runtime.feed, runtime.public_url))
    return service_application(runtime, schema, make_context, routes=routes.routes)
