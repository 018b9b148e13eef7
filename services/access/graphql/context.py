"""What resolvers get: who asks, the database, and the loaders of this one request."""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import TypeAlias

from strawberry.types import Info as StrawberryInfo

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import VIEW, Database, ReadSession
from chassis.graphql.context import GraphRequest, Made, RequestContext
from services.access.adapters.password_hashing import PasswordHashing
from services.access.graphql.loaders.company_by_id import company_by_id
from services.access.graphql.loaders.group_content import group_companies, group_members
from services.access.graphql.loaders.held_companies import HeldCompanies
from services.access.graphql.loaders.units import UnitLoaders
from services.access.graphql.loaders.user_by_id import user_by_id
from services.access.persistence.history import AUDIT
from services.access.persistence.units import UNITS

_REGISTRY = Actor.system("access", EVERY_COMPANY)


class Context(RequestContext):
    companies = Made(lambda context: company_by_id(context.read, context.actor))
    users = Made(lambda context: user_by_id(context.read, context.actor))
    group_companies = Made(lambda context: group_companies(context.read, context.actor))
    group_members = Made(lambda context: group_members(context.read))
    held_companies = Made(lambda context: HeldCompanies(context.read, context.actor))
    units = Made(lambda context: UnitLoaders(context.read_units, context.actor))

    def __init__(
        self, request: GraphRequest, database: Database, passwords: PasswordHashing, session_idle: timedelta
    ) -> None:
        self.passwords = passwords
        self.session_idle = session_idle
        super().__init__(request, database)

    def read_as_registry(self) -> AbstractAsyncContextManager[ReadSession]:
        """For what a user may know of themselves, wherever it is written down."""
        return self._database.read(_REGISTRY)

    def read_units(self) -> AbstractAsyncContextManager[ReadSession]:
        """For departments, sites and teams, which have a wall of their own."""
        return self._database.read(self.actor, through=(VIEW, UNITS))

    def read_history(self) -> AbstractAsyncContextManager[ReadSession]:
        """For the history of access, which has a wall of its own."""
        return self._database.read(self.actor, through=(AUDIT,))


Info: TypeAlias = StrawberryInfo[Context, None]
