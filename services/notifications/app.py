"""Putting the service together for HTTP."""

from collections.abc import Mapping

from starlette.types import ASGIApp

from chassis.asgi import service_application
from chassis.database import Wall
from chassis.graphql.context import GraphRequest
from chassis.runtime import Runtime
from chassis.transport import Transport
from services.notifications.domain import permissions
from services.notifications.graphql.context import Context
from services.notifications.graphql.schema import schema
from services.notifications.persistence.migrations import VERSIONS
from services.notifications.persistence.projections import Projections
from services.notifications.settings import NotificationsSettings

NAME = "notifications"
WALLS: Mapping[str, Wall] = {
    "view": permissions.VIEW,
    "view_restricted": permissions.VIEW_RESTRICTED,
    "view_member": lambda actor: frozenset({actor.id}),  # whom restricted incidents are confided to
    "system": lambda actor: actor.system_companies,  # opened by no permission: what events write is nobody else's
}


def new_runtime(settings: NotificationsSettings, transport: Transport) -> Runtime:
    return Runtime(NAME, settings, transport, WALLS, VERSIONS)


def new_application(runtime: Runtime) -> ASGIApp:
    projections = Projections.of(runtime.database, runtime.peer("incidents"))

    def make_context(request: GraphRequest) -> Context:
        return Context(request, runtime.database, projections)

    return service_application(runtime, schema, make_context)
