"""What departments, sites and teams have in common, and lists of them."""

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Final, TypeAlias, TypeVar
from uuid import UUID

import strawberry
from strawberry.types.lazy_type import LazyType

from chassis.graphql.connection import Connection
from chassis.graphql.loading import PagesLoader
from services.access.graphql.context import Info
from services.access.graphql.types.pages import Asked
from services.access.persistence.contents import R
from services.access.persistence.rows import UnitRow
from services.access.persistence.units import ALL, UnitFilter

N = TypeVar("N")
_COMPANY: Final[LazyType[Any, Any]] = LazyType("Company", "services.access.graphql.types.company")  # which imports this


@strawberry.type
class Unit:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="Its name.")
    active: bool = strawberry.field(description="Whether it is in use; what is not can no longer be chosen.")
    version: int = strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")
    row: strawberry.Private[UnitRow]

    @strawberry.field(description="The company it is part of.", graphql_type=_COMPANY | None)
    async def company(self, info: Info) -> Any:
        row = await info.context.companies.load(self.row.company_id)
        return None if row is None else _company().from_row(row)


@cache
def _company() -> Any:
    """The class of companies; found once, because finding it looks at files."""
    return _COMPANY.resolve_type()


def common(row: UnitRow) -> dict[str, Any]:
    """The values of the fields that all have."""
    return {
        "id": strawberry.ID(str(row.id)),
        "name": row.name,
        "active": row.active,
        "version": row.version,
        "row": row,
    }


@strawberry.input(name="UnitFilter", description="Both given conditions must hold.")
class UnitFilterInput:
    active: bool | None = strawberry.field(default=None, description="Only those in use, or only those that are not.")
    search: str | None = strawberry.field(default=None, description="With this in the name.")


WhichUnits: TypeAlias = Annotated[UnitFilterInput | None, strawberry.argument(description="Which of them.")]


def to_filter(source: UnitFilterInput | None) -> UnitFilter:
    return ALL if source is None else UnitFilter(active=source.active, search=source.search)


async def page_of(
    kind: type[Connection[N]],
    loader: PagesLoader[R],
    owner: UUID,
    asked: Asked,
    shown: Callable[[R], N],
) -> Connection[N]:
    """What `loader` tells of `owner`, by name."""
    page, behind = asked
    rows = await loader.page(owner, page.first, behind)
    return page.connection(kind, [(shown(row), (row.name, row.id)) for row in rows], lambda: loader.count(owner))
