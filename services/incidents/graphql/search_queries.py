"""Searching incidents."""

from collections.abc import Sequence
from math import isfinite
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader

from chassis.errors import Invalid
from chassis.graphql.connection import After, Before, Connection, First, Last, Page
from chassis.graphql.directives import CompanyScope
from chassis.graphql.loading import finding
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.domain.languages import configurations
from services.incidents.domain.search import LONGEST_SEARCH, MOST_TERMS, Search, search_of
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.types.filters import IncidentFilter, to_filter
from services.incidents.graphql.types.search import IncidentHit, IncidentSearch
from services.incidents.persistence.filters import Filter
from services.incidents.persistence.search import Found, SearchedIncidents, marked, query_of

_LIST = CompanyScope(permission=permissions.VIEW, argument="filter.companyIds")


@strawberry.type
class SearchQueries:
    @strawberry.field(
        directives=[_LIST],
        description=described(
            "The incidents in whose reference, title, tags, description or comments something stands, the best first.",
            rights="incident.view in the company of each; restricted: members or incident.view_restricted.",
        ),
    )
    async def search_incidents(
        self,
        info: Info,
        search: Annotated[
            str,
            strawberry.argument(
                description="Words, all of which must stand there in whatever form, of the last one the beginning; "
                f'"words in quotation marks" one behind the other; -word is left out. At most {LONGEST_SEARCH} '
                f"characters and {MOST_TERMS} words or quotations. A whole reference comes first."
            ),
        ],
        filter: Annotated[IncidentFilter | None, strawberry.argument(description="Only among these.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> IncidentSearch | None:
        read = search_of(search)
        page = Page.of(first, after, last, before, order="RANK")
        place = page.typed(_rank, UUID)
        async with info.context.read() as session:
            query = await query_of(read, configurations(info.context.actor.locales), session)
            if query is None:
                raise Invalid("Such words stand in every text: add one that tells more.", field=("search",))
            wanted = await to_filter(filter, session)
            rows = await SearchedIncidents(session, info.context.actor, read, query, wanted).page(page.first, place)
        counted = _counting(info.context, read, query, wanted)
        marks = finding(info.context.read, lambda session, ids: marked(ids, query, session))
        nodes = [(IncidentHit.of(row, key[0], marks), key) for row, key in rows]
        return _search(page, nodes, counted)


def _search(
    page: Page, nodes: list[tuple[IncidentHit, Sequence[Any]]], found: DataLoader[None, Found]
) -> IncidentSearch:
    async def number() -> int:
        return (await found.load(None)).number

    plain = page.connection(Connection[IncidentHit], nodes, number)
    return IncidentSearch(edges=plain.edges, page_info=plain.page_info, count=number, found=lambda: found.load(None))


def _counting(context: Context, search: Search, query: str, wanted: Filter) -> DataLoader[None, Found]:
    """Counted once for the number and for whether it is of all, and only when one of them is asked for."""

    async def load(asked: list[None]) -> list[Found]:
        async with context.read() as session:
            found = await SearchedIncidents(session, context.actor, search, query, wanted).count()
        return [found for _ in asked]

    return DataLoader(load)


def _rank(part: Any) -> float:
    """JSON writes a number without a fraction, too; what is no number raises TypeError here, or is not finite."""
    found = 0.0 + part
    if not isfinite(found):
        raise ValueError(part)
    return float(found)
