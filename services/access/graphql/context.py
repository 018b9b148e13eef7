"""What resolvers get: who asks, the database, and the loaders of this one request."""

from contextlib import AbstractAsyncContextManager
from typing import TypeAlias

from strawberry.dataloader import DataLoader
from strawberry.types import Info as StrawberryInfo

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database, ReadSession, UnitOfWork
from services.access.adapters.password_hashing import PasswordHashing
from services.access.graphql.loaders.company_by_id import CompanyById, company_by_id
from services.access.graphql.loaders.group_content import GroupContentLoader
from services.access.graphql.loaders.user_by_id import UserById, user_by_id
from services.access.persistence.group_content import group_companies, group_members

_REGISTRY = Actor.system("access", EVERY_COMPANY)


class Context:
    def __init__(self, actor: Actor, request_id: str, database: Database, passwords: PasswordHashing) -> None:
        self.actor = actor
        self.passwords = passwords
        self._request_id = request_id
        self._database = database
        self.companies: CompanyById = DataLoader(company_by_id(self.read, actor))
        self.users: UserById = DataLoader(user_by_id(self.read, actor))
        self.group_companies = GroupContentLoader(group_companies(actor), self.read)
        self.group_members = GroupContentLoader(group_members(), self.read)

    def read(self) -> AbstractAsyncContextManager[ReadSession]:
        return self._database.read(self.actor)

    def read_as_registry(self) -> AbstractAsyncContextManager[ReadSession]:
        """For what a user may know of themselves, wherever it is written down."""
        return self._database.read(_REGISTRY)

    def work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(self.actor, request_id=self._request_id)


Info: TypeAlias = StrawberryInfo[Context, None]
