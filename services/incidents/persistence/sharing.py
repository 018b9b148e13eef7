"""Which incidents share indicators with which: the same value in the same type, in incidents of one company.

What is known to be harmless, and what somebody said to tell nothing about similarity, shares nothing.
"""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Subquery, func, not_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.access import Actor
from chassis.paging import Place, SortKey, behind, directed
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.indicator_rows import IncidentIndicatorRow, IndicatorRow
from services.incidents.persistence.rows import IncidentRow

MOST_COMPARED: Final = 200  # of the newest places of an indicator: one that stands everywhere says little


class Shared(NamedTuple):
    """`indicator_ids` are those of the incident that was asked about; `number` counts them."""

    incident: IncidentRow
    number: int
    indicator_ids: Sequence[UUID]


class Sharing:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._incidents = Incidents(session, actor)

    async def pages(self, incidents: Collection[UUID], first: int, after: Place | None) -> dict[UUID, list[Shared]]:
        """Per incident up to `first` + 1 others: who shares most comes first, then the newest; one statement."""
        pairs = self._pairs(incidents)
        grouped = (
            select(
                *(pairs.c.asked, pairs.c.other, pairs.c.registered_at, func.count().label("number")),
                func.array_agg(pairs.c.indicator_id).label("indicators"),
            )
            .group_by(pairs.c.asked, pairs.c.other, pairs.c.registered_at)
            .subquery()
        )
        keys = [SortKey(column, down=True) for column in (grouped.c.number, grouped.c.registered_at, grouped.c.other)]
        order = [key.sorting() for key in directed(keys, after)]
        place = func.row_number().over(partition_by=grouped.c.asked, order_by=order)
        ranked = select(grouped, place.label("place")).where(*behind(keys, after)).subquery()
        statement = (
            select(ranked.c.asked, ranked.c.number, ranked.c.indicators, IncidentRow)
            .join(IncidentRow, IncidentRow.id == ranked.c.other)
            .where(ranked.c.place <= first + 1)
            .order_by(ranked.c.place)
        )
        found: dict[UUID, list[Shared]] = {each: [] for each in incidents}
        for asked, number, indicators, incident in await self._session.execute(statement):
            found[asked].append(Shared(incident, number, sorted(indicators)))
        return found

    async def counts(self, incidents: Collection[UUID]) -> dict[UUID, int]:
        pairs = self._pairs(incidents)
        number = func.count(pairs.c.other.distinct()).label("number")
        statement = select(pairs.c.asked, number).group_by(pairs.c.asked)
        return {row.asked: row.number for row in await self._session.execute(statement)}

    def _pairs(self, incidents: Collection[UUID]) -> Subquery:
        """Rows of an incident asked about, one of its indicators, and another incident that has that, too."""
        asked = self._incidents.visible_ids(incidents).subquery()
        mine, its = aliased(IncidentIndicatorRow), aliased(IndicatorRow)
        link, known = aliased(IncidentIndicatorRow), aliased(IndicatorRow)
        # What is hidden takes no place among the newest. It is asked of each link by a scalar sub-select: a join, or an
        # EXISTS, PostgreSQL may answer by reading all incidents first.
        seen = self._incidents.all_seen().with_only_columns(true()).where(IncidentRow.id == link.incident_id)
        newest = (
            select(link.incident_id, link.indicator_id)
            .where(
                *(link.company_id == mine.company_id, link.digest == mine.digest, link.type_id == mine.type_id),
                *(link.incident_id != mine.incident_id, not_(link.ignore_similarity), seen.scalar_subquery()),
            )
            .order_by(link.id.desc())
            .limit(MOST_COMPARED)
            .lateral()
        )
        others = (
            select(IncidentRow.id, IncidentRow.registered_at).where(IncidentRow.id == newest.c.incident_id).lateral()
        )
        return (
            select(asked.c.id.label("asked"), mine.indicator_id, others.c.id.label("other"), others.c.registered_at)
            .join(mine, mine.incident_id == asked.c.id)
            .join(its, its.id == mine.indicator_id)
            .join(newest, true())
            .join(known, known.id == newest.c.indicator_id)
            .join(others, true())
            .where(not_(mine.ignore_similarity), not_(its.whitelisted), not_(known.whitelisted))
            .subquery()
        )
