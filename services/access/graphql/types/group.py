"""The group as its administrators see it."""

from typing import Self

import strawberry

from services.access.persistence.rows import GroupRow


@strawberry.type(description="Permissions, the companies they hold in, and the users who have them.")
class Group:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="Its name.")
    permissions: list[str] = strawberry.field(description="Names of permissions; docs/permissions.md explains them.")
    every_company: bool = strawberry.field(description="Whether it holds in every company, also in those to come.")
    shows_module_link: bool = strawberry.field(description="Whether its members see the module on their home page.")
    version: int = strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")
    row: strawberry.Private[GroupRow]

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
