"""The people of a company as they are shown to who chooses among them."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

import strawberry

from chassis.graphql.connection import Connection
from services.access.graphql.context import Context
from services.access.graphql.types.department import Department
from services.access.graphql.types.pages import Asked
from services.access.graphql.types.user import User
from services.access.persistence.company_users import CompanyUsers
from services.access.persistence.rows import DepartmentRow, UserRow
from services.access.persistence.users import SeenUser


@strawberry.type(description="Somebody of a company who may be made responsible, or be sent a mail.")
class CompanyUser:
    user: User = strawberry.field(description="Who it is.")
    name: str = strawberry.field(description="The name to show.")
    email: str = strawberry.field(description="Mail address.")
    department: Department | None = strawberry.field(
        description="Where in the company they work, if you see its departments."
    )

    @classmethod
    def from_row(cls, row: UserRow, place: DepartmentRow | None) -> Self:
        return cls(
            user=User.from_seen(SeenUser(row, in_detail=False)),
            name=row.name,
            email=row.email,
            department=None if place is None else Department.from_row(place),
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """From whose people, what for, and with what in the name or mail address."""

    company: UUID
    permission: str
    search: str | None


async def company_user_page(choice: Choice, asked: Asked, context: Context) -> Connection[CompanyUser]:
    """By name. Raises Invalid or NotFound."""
    page, behind = asked
    async with context.read_units() as session:
        found = CompanyUsers(session, context.actor, choice.company, choice.permission, choice.search)
        rows = await found.page(page.first, behind)

    async def count() -> int:
        async with context.read_units() as session:
            found = CompanyUsers(session, context.actor, choice.company, choice.permission, choice.search)
            return await found.count()

    nodes = [(CompanyUser.from_row(row, place), (row.name, row.id)) for row, place in rows]
    return page.connection(Connection[CompanyUser], nodes, count)
