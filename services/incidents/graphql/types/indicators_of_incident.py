"""What indicators add to an incident: those that stand in it, those proposed, and the incidents it shares some with."""

import asyncio
from typing import Annotated, Any, Final
from uuid import UUID

import strawberry
from strawberry.types.lazy_type import LazyType

from chassis.graphql.connection import After, Before, Connection, First, Last
from services.incidents.domain.indicators.kinds import digest
from services.incidents.domain.indicators.proposals import Proposal, propose
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.indicators import IncidentIndicator, Indicator
from services.incidents.graphql.types.others import IndicatorType
from services.incidents.graphql.types.pages import page_of_parts, page_of_shared
from services.incidents.persistence.rows import IncidentRow
from services.incidents.persistence.sharing import Shared

# Which imports this.
_INCIDENT: Final[LazyType[Any, Any]] = LazyType("Incident", "services.incidents.graphql.types.incident")
_MOST_NAMED = 20


@strawberry.type(description="Something in a text of an incident that looks like an indicator.")
class ProposedIndicator:
    type: IndicatorType | None = strawberry.field(description="What it looks like.")
    value: str = strawberry.field(description="As it stands in the text; hand it to `addIncidentIndicators`.")
    value_normalized: str = strawberry.field(description="The one form of its type.")
    field: str = strawberry.field(description="The text that it stands in: indicatorsText or description.")
    start: int = strawberry.field(description="Where it begins there, in Unicode characters from 0.")
    end: int = strawberry.field(description="Where the text goes on behind it, likewise.")


@strawberry.type(description="An incident that has indicators in common with another one.")
class SharingIncident:
    number: int = strawberry.field(description="How many indicators both have.")

    row: strawberry.Private[IncidentRow]
    indicator_ids: strawberry.Private[list[UUID]]

    @strawberry.field(description="The other incident.", graphql_type=_INCIDENT)
    def incident(self) -> Any:
        return _INCIDENT.resolve_type().from_row(self.row)

    @strawberry.field(description=f"What both have, up to {_MOST_NAMED} of it.")
    async def indicators(self, info: Info) -> list[Indicator]:
        rows = await info.context.indicators.by_id.load_many(self.indicator_ids[:_MOST_NAMED])
        return [Indicator.from_row(row) for row in rows if row is not None]

    @classmethod
    def of(cls, shared: Shared) -> "SharingIncident":
        return cls(number=shared.number, row=shared.incident, indicator_ids=list(shared.indicator_ids))


@strawberry.type
class IndicatorsOfIncident:
    row: strawberry.Private[IncidentRow]

    @strawberry.field(description="The indicators that stand in it, in the order in which they were added.")
    async def indicators(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[IncidentIndicator] | None:
        loader = info.context.indicators.links
        page, behind = page_of_parts(first, after, "INDICATORS", last, before)
        rows = await loader.page(self.row.id, page.first, behind)
        nodes = [(IncidentIndicator.from_row(row), (row.id,)) for row in rows]
        return page.connection(Connection[IncidentIndicator], nodes, lambda: loader.count(self.row.id))

    @strawberry.field(
        description="What in `indicatorsText` looks like an indicator, also defanged, and does not stand in it yet; "
        "up to 200. Found when asked for, and kept nowhere."
    )
    async def proposed_indicators(
        self,
        info: Info,
        include_description: Annotated[
            bool, strawberry.argument(description="Whether to look into the description, too.")
        ] = False,
    ) -> list[ProposedIndicator]:
        texts = {"indicatorsText": self.row.indicators_text}
        texts |= {"description": self.row.description} if include_description else {}
        found = {name: await asyncio.to_thread(propose, text) for name, text in texts.items() if text}
        types = await info.context.indicators.types.load(self.row.company_id) or {}
        known = set(await info.context.indicators.linked.load(self.row.id) or ())
        return [
            proposed
            for name, proposals in found.items()
            for each in proposals
            if (proposed := _new(each, name, types.get(each.code), known)) is not None
        ]

    @strawberry.field(
        description="Other incidents you may see that share indicators with it: who shares most first, then the newest."
    )
    async def sharing(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[SharingIncident] | None:
        loader = info.context.indicators.sharing
        page, behind = page_of_shared(first, after, last, before)
        rows = await loader.page(self.row.id, page.first, behind)
        nodes = [
            (SharingIncident.of(each), (each.number, each.incident.registered_at, each.incident.id)) for each in rows
        ]
        return page.connection(Connection[SharingIncident], nodes, lambda: loader.count(self.row.id))


def _new(
    proposal: Proposal, field: str, type_id: UUID | None, known: set[tuple[UUID, UUID]]
) -> ProposedIndicator | None:
    """Unless it is known, which it is from then on, or nobody may choose its type."""
    if type_id is None or (type_id, digest(proposal.form)) in known:
        return None
    known.add((type_id, digest(proposal.form)))
    return ProposedIndicator(
        type=IndicatorType(id=strawberry.ID(str(type_id))),
        value=proposal.value,
        value_normalized=proposal.form,
        field=field,
        start=proposal.start,
        end=proposal.end,
    )
