"""The user as callers see it."""

from typing import Self

import strawberry

from chassis.graphql.connection import After, Connection, First
from chassis.graphql.loading import load_reference
from services.access.graphql.context import Info
from services.access.graphql.types.department import Department
from services.access.graphql.types.unit import page_of
from services.access.persistence.users import SeenUser


@strawberry.federation.type(keys=["id"], description="A person or a program that works with the registry.")
class User:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="The name to show.")
    email: str | None = strawberry.field(description="Mail address; told to the user and the user's administrators.")
    locale: str | None = strawberry.field(description="Language tag of the user's language; told likewise.")
    active: bool | None = strawberry.field(description="Whether the user may sign in; told likewise.")
    service_account: bool | None = strawberry.field(description="Whether it is a program; told likewise.")
    version: int | None = strawberry.field(
        description="Counts changes of the user and of the user's rights; hand it to `expectedVersion`; told likewise."
    )
    seen: strawberry.Private[SeenUser]

    @strawberry.field(description="The departments the user works in, one in each company; told likewise.")
    async def departments(self, info: Info, first: First = 20, after: After = None) -> Connection[Department] | None:
        if not self.seen.in_detail:
            return None
        loader = info.context.units.user_departments
        return await page_of(Connection[Department], loader, self.seen.row.id, first, after, Department.from_row)

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        seen = await load_reference(info.context.users, id)
        return None if seen is None else cls.from_seen(seen)

    @classmethod
    def from_seen(cls, seen: SeenUser) -> Self:
        row, told = seen.row, seen.in_detail
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            email=row.email if told else None,
            locale=row.locale if told else None,
            active=row.active if told else None,
            service_account=row.kind == "service_account" if told else None,
            seen=seen,
            version=row.version if told else None,
        )
