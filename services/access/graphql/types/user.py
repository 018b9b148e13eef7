"""The user as callers see it."""

from typing import Final, Self

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last
from chassis.graphql.loading import load_reference
from chassis.graphql.rights import described
from services.access.graphql.context import Info
from services.access.graphql.types.department import Department
from services.access.graphql.types.pages import page_by_name
from services.access.graphql.types.unit import page_of
from services.access.persistence.users import SeenUser

_TOLD: Final = "the user, and who holds access.manage where the user works."


@strawberry.federation.type(keys=["id"], description="A person or a program that works with the registry.")
class User:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="The name to show.")
    email: str | None = strawberry.field(description=described("Mail address.", rights=_TOLD))
    locale: str | None = strawberry.field(description=described("Language tag of the user's language.", rights=_TOLD))
    active: bool | None = strawberry.field(description=described("Whether the user may sign in.", rights=_TOLD))
    service_account: bool | None = strawberry.field(description=described("Whether it is a program.", rights=_TOLD))
    version: int | None = strawberry.field(
        description=described(
            "Counts changes of the user and of the user's rights; hand it to `expectedVersion`.", rights=_TOLD
        )
    )
    seen: strawberry.Private[SeenUser]

    @strawberry.field(description=described("The departments the user works in, one in each company.", rights=_TOLD))
    async def departments(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Department] | None:
        if not self.seen.in_detail:
            return None
        loader = info.context.units.user_departments.where()
        return await page_of(
            Connection[Department],
            loader,
            self.seen.row.id,
            page_by_name(first, after, last, before),
            Department.from_row,
        )

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
