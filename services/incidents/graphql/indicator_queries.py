"""Reading indicators by themselves."""

from typing import Annotated

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.indicator_filters import IndicatorConditions, to_indicator_filter
from services.incidents.graphql.types.indicators import Indicator
from services.incidents.graphql.types.pages import page_of_parts
from services.incidents.persistence.indicators import Indicators

_RIGHTS = "incident.view in its company, and sight of an incident that it stands in."


@strawberry.type
class IndicatorQueries:
    @strawberry.field(
        directives=[CompanyScope(permission=permissions.VIEW)],
        description=described("One indicator.", rights=_RIGHTS),
    )
    async def indicator(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Indicator | None:
        row = await info.context.indicators.by_id.load(to_uuid(id, "id"))
        return None if row is None else Indicator.from_row(row)

    @strawberry.field(
        directives=[CompanyScope(permission=permissions.VIEW, argument="filter.companyIds")],
        description=described("The indicators of the incidents you may see, newest first.", rights=_RIGHTS),
    )
    async def indicators(
        self,
        info: Info,
        filter: Annotated[IndicatorConditions | None, strawberry.argument(description="Which indicators.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Indicator] | None:
        page, behind = page_of_parts(first, after, "INDICATORS", last, before)
        async with info.context.read() as session:
            wanted = await to_indicator_filter(filter, session)
            rows = await Indicators(session, info.context.actor).page(wanted, page.first, behind)

        async def count() -> int:
            async with info.context.read() as session:
                return await Indicators(session, info.context.actor).count(wanted)

        return page.connection(Connection[Indicator], [(Indicator.from_row(row), (row.id,)) for row in rows], count)
