"""The company as callers see it, and lists of companies."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Self

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last, Page
from chassis.graphql.loading import load_reference
from chassis.graphql.rights import described
from services.access.domain.permissions import SEE_UNITS
from services.access.graphql.context import Context, Info
from services.access.graphql.types.department import Department
from services.access.graphql.types.pages import Asked, page_by_name
from services.access.graphql.types.site import Site
from services.access.graphql.types.team import Team
from services.access.graphql.types.unit import WhichUnits, page_of, to_filter
from services.access.persistence.companies import Companies, CompanyFilter
from services.access.persistence.rows import CompanyRow

_UNITS: Final = f"one of {', '.join(SEE_UNITS)} in the company."


@strawberry.federation.type(keys=["id"], description="A company whose incidents are registered here.")
class Company:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="Its name; no two companies have the same.")
    code: str = strawberry.field(description="Short code, part of the numbers of its incidents.")
    country: str | None = strawberry.field(description="Two letters of ISO 3166.")
    time_zone: str = strawberry.field(description="Name of the time zone its people work in, such as Europe/Berlin.")
    default_locale: str = strawberry.field(description="Language tag, for texts to nobody in particular.")
    fiscal_year_start_month: int = strawberry.field(
        description="The month, 1 to 12, in which its fiscal years, and so its quarters, start."
    )
    active: bool = strawberry.field(description="Whether new incidents may be registered for it.")
    version: int = strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")
    row: strawberry.Private[CompanyRow]

    @strawberry.field(description=described("Its departments, on whatever level, by name.", rights=_UNITS))
    async def departments(
        self,
        info: Info,
        filter: WhichUnits = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Department] | None:
        loader = info.context.units.company_departments.where(to_filter(filter))
        return await page_of(
            Connection[Department], loader, self.row.id, page_by_name(first, after, last, before), Department.from_row
        )

    @strawberry.field(description=described("The places where it works, by name.", rights=_UNITS))
    async def sites(
        self,
        info: Info,
        filter: WhichUnits = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Site] | None:
        loader = info.context.units.company_sites.where(to_filter(filter))
        return await page_of(
            Connection[Site], loader, self.row.id, page_by_name(first, after, last, before), Site.from_row
        )

    @strawberry.field(description=described("Its teams, by name.", rights=_UNITS))
    async def teams(
        self,
        info: Info,
        filter: WhichUnits = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Team] | None:
        loader = info.context.units.company_teams.where(to_filter(filter))
        return await page_of(
            Connection[Team], loader, self.row.id, page_by_name(first, after, last, before), Team.from_row
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        row = await load_reference(info.context.companies, id)
        return None if row is None else cls.from_row(row)

    @classmethod
    def from_row(cls, row: CompanyRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            code=row.code,
            country=row.country,
            time_zone=row.time_zone,
            default_locale=row.default_locale,
            fiscal_year_start_month=row.fiscal_year_start_month,
            active=row.active,
            version=row.version,
            row=row,
        )


async def company_page(wanted: CompanyFilter, asked: Asked, context: Context) -> Connection[Company]:
    """By name."""
    page, behind = asked
    async with context.read() as session:
        rows = await Companies(session, context.actor).page(wanted, page.first, behind)

    async def count() -> int:
        async with context.read() as session:
            return await Companies(session, context.actor).count(wanted)

    return company_connection(page, rows, count)


def company_connection(
    page: Page, rows: Sequence[CompanyRow], count: Callable[[], Awaitable[int]]
) -> Connection[Company]:
    return page.connection(Connection[Company], [(Company.from_row(row), (row.name, row.id)) for row in rows], count)
