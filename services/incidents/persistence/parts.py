"""Finding what hangs on incidents, always through the eyes of one actor: who sees the incident sees its parts."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from chassis.paging import Place, SortKey, named, paged_for_each, with_parameters
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.part_rows import PartRow
from services.incidents.persistence.sight import IDS, MOST, Shape, Sight

P = TypeVar("P", bound=PartRow)


class Parts(Generic[P]):
    """The parts in one table; `conditions` leave some of them out."""

    def __init__(self, session: AsyncSession, actor: Actor, table: type[P], *conditions: ColumnElement[bool]) -> None:
        self._session = session
        self._table = table
        self._conditions = conditions
        self._incidents = Incidents(session, actor)
        self._sight = Sight.of(actor)

    async def owner(self, part: UUID) -> UUID | None:
        """The incident that it hangs on, whether or not the actor sees it: row-level security alone decides here."""
        return await self._session.scalar(
            self._those(self._table.id == part).with_only_columns(self._table.incident_id)
        )

    async def of(self, incident: UUID, part: UUID) -> P | None:
        """As it is now, also where the session has read it before; the caller has found the incident."""
        found = self._those(self._table.id == part, self._table.incident_id == incident)
        return await self._session.scalar(found.execution_options(populate_existing=True))

    async def pages(self, incidents: Collection[UUID], first: int, after: Place | None) -> dict[UUID, list[P]]:
        """Per incident up to `first` + 1 of them, oldest first, from the place of an id; one statement."""
        if self._conditions:
            return await self._pages(incidents, [SortKey(self._table.id)], first, after)
        place, values = named(after)
        values |= {IDS.key: list(incidents), MOST.key: first + 1}
        statement = pages_of_all(self._table, self._sight.shape, place)
        return _by_incident(incidents, await self._session.scalars(statement, self._sight.parameters(**values)))

    async def _pages(
        self, incidents: Collection[UUID], keys: Sequence[SortKey], first: int, after: Place | None
    ) -> dict[UUID, list[P]]:
        seen = self._sight.ids(incidents).subquery()
        those = (*self._conditions, self._table.incident_id == seen.c.id)
        found = paged_for_each(seen, self._table, *those, keys=keys, most=first + 1, place=after)
        return _by_incident(incidents, await self._session.scalars(found))

    async def counts(self, incidents: Collection[UUID]) -> dict[UUID, int]:
        of = self._table.incident_id
        found = self._those(of.in_(self._incidents.visible_ids(incidents)))
        statement = found.with_only_columns(of.label("incident"), func.count().label("number")).group_by(of)
        return {row.incident: row.number for row in await self._session.execute(statement)}

    def _those(self, *more: ColumnElement[bool]) -> Select[P]:
        return select(self._table).where(*self._conditions, *more)


@cache
def pages_of_all(table: type[Any], shape: Shape, place: Place | None) -> Select[Any]:
    """Pages by id of what all actors with that sight see of a table; see sight.py."""
    seen, keys = Sight.shaped(shape).ids(IDS).subquery(), [SortKey(table.id)]
    its = table.incident_id == seen.c.id
    return paged_for_each(seen, table, its, keys=keys, most=MOST, place=with_parameters(place, keys))


def _by_incident(incidents: Collection[UUID], rows: Iterable[P]) -> dict[UUID, list[P]]:
    pages: dict[UUID, list[P]] = {incident: [] for incident in incidents}
    for row in rows:
        pages[row.incident_id].append(row)
    return pages
