"""Full-text search: through a function of the database that alone reads the documents, and says itself what is seen.

It ranks the newest incidents that fit. What is found is then read as a list is, so that the walls and the conditions of
lists hold for it once more.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Double,
    Select,
    Subquery,
    Text,
    Uuid,
    cast,
    column,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB, TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor, Everywhere
from chassis.paging import Place, SortKey, directed, paged
from services.incidents.domain.search import Search
from services.incidents.persistence.filters import Filter
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.part_rows import CommentRow
from services.incidents.persistence.rows import IncidentRow

MOST_RANKED: Final = 500
MOST_SIFTED: Final = 5_000
"""Where conditions beside companies leave some out again."""
_EXACT: Final = 1_000.0  # above every rank there is
START: Final = "\x02"
STOP: Final = "\x03"
DELIMITER: Final = "\x04"
_WHOLE: Final = f"StartSel={START}, StopSel={STOP}, HighlightAll=true"
_PASSAGES: Final = (
    f"StartSel={START}, StopSel={STOP}, MaxFragments=2, MaxWords=24, MinWords=8, FragmentDelimiter={DELIMITER}"
)
_SEARCHED: Final = 30_000  # as in the migration


@dataclass(frozen=True, slots=True)
class Found:
    """How many there are, and whether they are `all` that fit, or of the newest ones only."""

    number: int
    all: bool


class SearchedIncidents:
    """What one search finds; `query` is what the database made of it."""

    def __init__(self, session: AsyncSession, actor: Actor, search: Search, query: str, wanted: Filter) -> None:
        self._session = session
        self._search = search
        self._query = query
        self._wanted = wanted
        self._incidents = Incidents(session, actor)
        self._most = MOST_SIFTED if wanted.counts_rows or wanted.restricted is not None else MOST_RANKED

    async def page(self, first: int, after: Place | None) -> list[tuple[IncidentRow, Sequence[Any]]]:
        """Up to `first` + 1 from the place of a rank and an id, the best first, each with these."""
        hits = self._hits()
        keys = [SortKey(hits.c.rank, down=True), SortKey(hits.c.id, down=True)]
        shown = self._shown(hits).with_only_columns(hits.c.id, hits.c.rank)
        page = paged(shown, keys, first, after).subquery()
        order = [key.sorting(of) for key, of in zip(directed(keys, after), (page.c.rank, page.c.id), strict=True)]
        statement = select(IncidentRow, page.c.rank).join(page, page.c.id == IncidentRow.id).order_by(*order)
        return [(row, (rank, row.id)) for row, rank in await self._session.execute(statement)]

    async def count(self) -> Found:
        hits = self._hits()
        every = select(func.count()).select_from(hits).scalar_subquery()
        number, fitting = (await self._session.execute(self._shown(hits).with_only_columns(func.count(), every))).one()
        return Found(number, fitting <= self._most)

    def _shown(self, hits: Subquery) -> Select[IncidentRow]:
        return self._incidents.seen(self._wanted).join(hits, hits.c.id == IncidentRow.id)

    def _hits(self) -> Subquery:
        companies = self._incidents.companies_of(self._wanted)
        meant = None if isinstance(companies, Everywhere) else list(companies)
        found = func.search_incidents(
            cast(literal(self._query), TSQUERY), cast(meant, ARRAY(Uuid())), cast(self._most + 1, BigInteger)
        ).table_valued(column("incident_id", Uuid()), column("rank"), name="found")
        ranked = select(found.c.incident_id.label("id"), cast(found.c.rank, Double).label("rank"))
        if self._search.reference is None:
            return ranked.subquery("hits")
        seen = self._incidents.all_seen().where(IncidentRow.reference == self._search.reference)
        exact: Select[UUID, float] = seen.with_only_columns(IncidentRow.id, literal(_EXACT, Double()).label("rank"))
        both = union_all(ranked, exact).subquery()
        return select(both.c.id, func.max(both.c.rank).label("rank")).group_by(both.c.id).subquery("hits")


async def query_of(search: Search, languages: Sequence[str], session: AsyncSession) -> str | None:
    """What the database looks for; None when all words stand in every text of the first language."""
    terms = cast([asdict(term) for term in search.terms], JSONB)
    made = func.search_query(terms, cast(list(languages), ARRAY(Text())))
    return await session.scalar(select(cast(made, Text)))


@dataclass(frozen=True, slots=True)
class Marked:
    """Texts of an incident in which START and STOP stand around what was found, and DELIMITER between pieces."""

    title: str
    description: str
    comments: str


async def marked(ids: Collection[UUID], query: str, session: AsyncSession) -> dict[UUID, Marked]:
    """One statement; signs of control are taken out of what people wrote."""
    said = (
        select(func.string_agg(CommentRow.body, " "))
        .where(CommentRow.incident_id == IncidentRow.id)
        .correlate(IncidentRow)
        .scalar_subquery()
    )
    sought = cast(literal(query), TSQUERY)

    def headline(text: Any, options: str = _PASSAGES) -> Any:
        clean = func.translate(func.left(func.coalesce(text, ""), _SEARCHED), f"{START}{STOP}{DELIMITER}", "")
        return func.ts_headline(func.words_of(IncidentRow.language), clean, sought, options)

    columns = (headline(IncidentRow.title, _WHOLE), headline(IncidentRow.description), headline(said))
    statement = select(IncidentRow.id, *columns).where(IncidentRow.id == func.any(list(ids)))
    return {row[0]: Marked(*row[1:]) for row in await session.execute(statement)}
