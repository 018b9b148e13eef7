"""Putting the service together for HTTP."""

from collections.abc import Mapping
from functools import partial

from starlette.types import ASGIApp

from chassis.access import Actor
from chassis.asgi import service_application
from chassis.database import VIEW, Wall
from chassis.graphql.context import GraphRequest
from chassis.runtime import GATEWAY, Runtime
from chassis.transport import Transport
from services.access.adapters.password_hashing import PasswordHashing
from services.access.domain import permissions
from services.access.graphql.context import Context
from services.access.graphql.schema import schema
from services.access.persistence import published
from services.access.persistence.history import AUDIT
from services.access.persistence.migrations import VERSIONS
from services.access.persistence.units import UNITS
from services.access.settings import AccessSettings
from services.access.usecases.change_password import ChangePasswordAtTheDoor, change_password_at_the_door
from services.access.usecases.look_up_grants import GrantsQuestion, ScopeQuestion, look_up_scope
from services.access.usecases.look_up_identity import IdentityQuestion, look_up_identity
from services.access.usecases.look_up_people import PeopleQuestion, look_up_people
from services.access.usecases.recheck_session import (
    Ended,
    Rechecked,
    SessionQuestion,
    end_identity_sessions,
    look_up_grants_and_recheck,
    look_up_identity_session,
    session_rechecked,
)
from services.access.usecases.sign_in import SessionTerms, SignIn, sign_in
from services.access.usecases.sign_in_oidc import SignInOidc, sign_in_oidc
from services.access.usecases.sign_out import SignOut, sign_out

NAME = "access"
WALLS: Mapping[str, Wall] = {
    VIEW: Actor.anywhere,
    UNITS: permissions.sees_units,
    "view_self": lambda actor: frozenset({actor.id}),
    "view_care": permissions.MANAGE,  # the users who work there, and their keys
    "manage": permissions.MANAGE,
    AUDIT: permissions.AUDIT,
}
_READERS = ("directories", "files", "incidents", "notifications")


class AccessRuntime(Runtime):
    """What every service has, the hashing of passwords, and how long a session holds."""

    def __init__(self, settings: AccessSettings, transport: Transport) -> None:
        super().__init__(NAME, settings, transport, WALLS, VERSIONS)
        self.passwords = PasswordHashing()
        self.session_idle = settings.session_idle
        self.session_lifetime = settings.session_lifetime


def new_runtime(settings: AccessSettings, transport: Transport) -> AccessRuntime:
    return AccessRuntime(settings, transport)


def new_application(runtime: AccessRuntime) -> ASGIApp:
    def make_context(request: GraphRequest) -> Context:
        return Context(request, runtime.database, runtime.passwords, runtime.session_idle)

    _answer_gateway(runtime)
    _answer_of_providers(runtime)
    _publish(runtime)
    return service_application(runtime, schema, make_context)


def _answer_gateway(runtime: AccessRuntime) -> None:
    database = runtime.database
    terms = SessionTerms(runtime.session_lifetime)
    signing_in = partial(sign_in, database=database, passwords=runtime.passwords, terms=terms)
    changing = partial(change_password_at_the_door, database=database, passwords=runtime.passwords, terms=terms)
    granting = partial(look_up_grants_and_recheck, database=database, idle=runtime.session_idle)
    runtime.internal.on("sign-in", callers=[GATEWAY], reads=SignIn, answer=signing_in)
    runtime.internal.on("change-password", callers=[GATEWAY], reads=ChangePasswordAtTheDoor, answer=changing)
    runtime.internal.on("sign-out", callers=[GATEWAY], reads=SignOut, answer=partial(sign_out, database=database))
    runtime.internal.on("grants", callers=[GATEWAY], reads=GrantsQuestion, answer=granting)


def _answer_of_providers(runtime: AccessRuntime) -> None:
    """What the gateway asks for those who are known to a provider of OpenID Connect."""
    database, lifetime, on = runtime.database, runtime.session_lifetime, runtime.internal.on
    signing_in = partial(sign_in_oidc, database=database, lifetime=lifetime)
    rechecked = partial(session_rechecked, database=database, lifetime=lifetime)
    found = partial(look_up_identity_session, database=database)
    ending = partial(end_identity_sessions, database=database)
    granting = partial(look_up_identity, database=database)
    on("sign-in-oidc", callers=[GATEWAY], reads=SignInOidc, answer=signing_in)
    on("session-rechecked", callers=[GATEWAY], reads=Rechecked, answer=rechecked)
    on("identity-session", callers=[GATEWAY], reads=SessionQuestion, answer=found)
    on(
        "end-identity-sessions",
        callers=[GATEWAY],
        reads=Ended,
        answer=ending,
    )
    on(
        "identity-grants",
        callers=[GATEWAY],
        reads=IdentityQuestion,
        answer=granting,
    )


def _publish(runtime: Runtime) -> None:
    database, internal = runtime.database, runtime.internal
    internal.on(
        "scopes", callers=[NAME, *_READERS], reads=ScopeQuestion, answer=partial(look_up_scope, database=database)
    )
    internal.on(
        "people", callers=["notifications"], reads=PeopleQuestion, answer=partial(look_up_people, database=database)
    )
    internal.publish("company", published.companies(database), callers=_READERS)
    internal.publish("department", published.departments(database), callers=_READERS)
    internal.publish("site", published.sites(database), callers=_READERS)
    internal.publish("team", published.teams(database), callers=_READERS)
    internal.publish("user", published.users(database), callers=_READERS)
