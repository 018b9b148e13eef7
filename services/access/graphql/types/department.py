"""The department as callers see it."""

from typing import Annotated, Self

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last
from chassis.graphql.loading import load_reference
from services.access.graphql.context import Info
from services.access.graphql.types.pages import page_by_name
from services.access.graphql.types.unit import Unit, WhichUnits, common, page_of, to_filter
from services.access.persistence.rows import DepartmentRow


@strawberry.federation.type(keys=["id"], description="A part of a company, and of the tree of its departments.")
class Department(Unit):
    code: str | None = strawberry.field(description="Short code; no two departments of a company have the same.")
    department: strawberry.Private[DepartmentRow]

    @strawberry.field(description="The department it is part of; null at the top.")
    async def parent(
        self, info: Info
    ) -> Annotated["Department", strawberry.lazy("services.access.graphql.types.department")] | None:
        if self.department.parent_id is None:
            return None
        row = await info.context.units.departments.load(self.department.parent_id)
        return None if row is None else Department.from_row(row)

    @strawberry.field(description="The departments right below it, by name.")
    async def children(
        self,
        info: Info,
        filter: WhichUnits = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Annotated["Department", strawberry.lazy("services.access.graphql.types.department")]] | None:
        loader = info.context.units.lower_departments.where(to_filter(filter))
        return await page_of(
            Connection[Department],
            loader,
            self.department.id,
            page_by_name(first, after, last, before),
            Department.from_row,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        row = await load_reference(info.context.units.departments, id)
        return None if row is None else cls.from_row(row)

    @classmethod
    def from_row(cls, row: DepartmentRow) -> Self:
        return cls(**common(row), code=row.code, department=row)
