"""The group as its administrators see it."""

from typing import Self

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last
from services.access.graphql.context import Info
from services.access.graphql.types.company import Company
from services.access.graphql.types.pages import page_by_name
from services.access.graphql.types.user import User
from services.access.persistence.rows import GroupRow
from services.access.persistence.users import SeenUser


@strawberry.type(description="Permissions, the companies they hold in, and the users who have them.")
class Group:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="Its name.")
    permissions: list[str] = strawberry.field(description="Names of permissions; docs/permissions.md explains them.")
    every_company: bool = strawberry.field(description="Whether it holds in every company, also in those to come.")
    shows_module_link: bool = strawberry.field(description="Whether its members see the module on their home page.")
    version: int = strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")
    row: strawberry.Private[GroupRow]

    @strawberry.field(description="Those of its companies that you see, by name; null when it holds in every company.")
    async def companies(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Company] | None:
        if self.row.every_company:
            return None
        group, loader = self.row.id, info.context.group_companies
        page, behind = page_by_name(first, after, last, before)
        rows = await loader.page(group, page.first, behind)
        nodes = [(Company.from_row(row), (row.name, row.id)) for row in rows]
        return page.connection(Connection[Company], nodes, lambda: loader.count(group))

    @strawberry.field(description="Its members, by name.")
    async def members(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[User] | None:
        group, loader = self.row.id, info.context.group_members
        page, behind = page_by_name(first, after, last, before)
        rows = await loader.page(group, page.first, behind)
        nodes = [(User.from_seen(SeenUser(row, in_detail=True)), (row.name, row.id)) for row in rows]
        return page.connection(Connection[User], nodes, lambda: loader.count(group))

    @classmethod
    def from_row(cls, row: GroupRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            permissions=row.permissions,
            every_company=row.every_company,
            shows_module_link=row.shows_module_link,
            version=row.version,
            row=row,
        )
