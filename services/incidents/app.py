"""Putting the service together for HTTP."""

from collections.abc import Mapping
from functools import partial

from starlette.types import ASGIApp

from chassis.asgi import service_application
from chassis.database import Wall
from chassis.graphql.context import GraphRequest
from chassis.publication import Lookup
from chassis.runtime import Runtime
from chassis.transport import Transport
from services.incidents.domain import permissions
from services.incidents.graphql.context import Context
from services.incidents.graphql.schema import schema
from services.incidents.persistence import published
from services.incidents.persistence.entry_columns import UsageQuestion, count_usage
from services.incidents.persistence.migrations import VERSIONS
from services.incidents.persistence.projections import Projections
from services.incidents.settings import IncidentsSettings, retention_of
from services.incidents.usecases.record_disclosure import Disclosure, record_disclosure

NAME = "incidents"
WALLS: Mapping[str, Wall] = {
    "view": permissions.VIEW,
    "view_restricted": permissions.VIEW_RESTRICTED,
    "view_member": lambda actor: frozenset({actor.id}),  # whom restricted incidents are confided to
    "add": permissions.ADD,
    "edit": permissions.EDIT,
    "close": permissions.CLOSE,
    "reopen": permissions.REOPEN,
    "delete": permissions.DELETE,
    "gates": permissions.MANAGE_GATES,
    # Whose registrations a transaction that changes something may find again, also without the right to view.
    "registrant": lambda actor: frozenset({actor.id}),
    "copy": lambda actor: actor.system_companies,  # who keeps the copies of what other services own
}
_READERS = ("files", "notifications")


def new_runtime(settings: IncidentsSettings, transport: Transport) -> Runtime:
    return Runtime(NAME, settings, transport, WALLS, VERSIONS)


def new_application(runtime: Runtime) -> ASGIApp:
    directories, settings = runtime.peer("directories"), runtime.settings
    projections = Projections.of(runtime.database, runtime.peer("access"), directories)
    translates = isinstance(settings, IncidentsSettings) and settings.narrative_translation
    retention = retention_of(runtime)

    def make_context(request: GraphRequest) -> Context:
        return Context(
            request,
            runtime.database,
            projections,
            directories,
            narrative_translation=translates,
            retention=retention,
        )

    counting = partial(count_usage, database=runtime.database)
    runtime.internal.on("directory-usage", callers=["directories"], reads=UsageQuestion, answer=counting)
    runtime.internal.publish("incident", published.incidents(runtime.database), callers=_READERS)
    facts = published.facts(runtime.database).find
    runtime.internal.on("incident-facts", callers=["notifications"], reads=Lookup, answer=facts)
    disclosing = partial(record_disclosure, database=runtime.database)
    runtime.internal.on("disclosure", callers=_READERS, reads=Disclosure, answer=disclosing)
    return service_application(runtime, schema, make_context)
