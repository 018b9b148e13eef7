"""The timelines of incidents: what people wrote and what the registry knows itself, in one list by time.

A moment of the incident stands in it by its column, a change of status by its number in the history. The places in the
list are found first, of many incidents at once, and then what stands there: three statements in all.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CTE, Select, Text, cast, func, literal, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from chassis.paging import Place, SortKey, behind, directed
from services.incidents.domain.timeline import WRITTEN, TimelineKind
from services.incidents.domain.timestamps import Timestamp
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.rows import ChangeRow, IncidentRow
from services.incidents.persistence.timeline_rows import TimelineRow

_REGISTERED, _TIMESTAMP, _STATUS, _WRITTEN = range(4)  # at the same time, in this order
_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class Happening:
    """A place in a timeline: of all below `at` and `key` one is there, or none where somebody was registered."""

    at: datetime
    source: int
    key: str
    kind: TimelineKind
    timestamp: Timestamp | None = None
    change: ChangeRow | None = None
    entry: TimelineRow | None = None

    @property
    def sort_key(self) -> tuple[datetime, int, str]:
        return self.at, self.source, self.key


class Timelines:
    """Those of the incidents that the actor sees, with the kinds that are asked for."""

    def __init__(
        self, session: AsyncSession, actor: Actor, kinds: Collection[TimelineKind], *, newest_first: bool
    ) -> None:
        self._session = session
        self._incidents = Incidents(session, actor)
        self._kinds = frozenset(kinds)
        self._newest_first = newest_first

    async def pages(self, incidents: Collection[UUID], first: int, after: Place | None) -> dict[UUID, list[Happening]]:
        """Per incident up to `first` + 1, from a place of time, source and key."""
        places = self._places(incidents).subquery()
        keys = [SortKey(places.c[name], down=self._newest_first) for name in ("at", "source", "key")]
        order = [key.sorting() for key in directed(keys, after)]
        number = func.row_number().over(partition_by=places.c.incident, order_by=order).label("number")
        page = select(places, number).where(*behind(keys, after)).subquery()
        statement = select(page).where(page.c.number <= first + 1).order_by(page.c.number)
        return await self._filled(incidents, list(await self._session.execute(statement)))

    async def counts(self, incidents: Collection[UUID]) -> dict[UUID, int]:
        places = self._places(incidents).subquery()
        counted = select(places.c.incident, func.count().label("number")).group_by(places.c.incident)
        return {row.incident: row.number for row in await self._session.execute(counted)}

    def _places(self, incidents: Collection[UUID]) -> Any:
        """Their `incident`, `at`, `source` and `key`."""
        moments = [getattr(IncidentRow, each.value) for each in Timestamp]
        seen = self._incidents.visible_ids(incidents)
        wanted = seen.with_only_columns(IncidentRow.id, IncidentRow.registered_at, *moments).cte("wanted")
        return union_all(*self._sources(wanted))

    def _sources(self, wanted: CTE) -> list[Select[Any]]:
        found = [_nothing(wanted)]
        if TimelineKind.REGISTERED in self._kinds:
            found.append(_moment(wanted, "registered_at", _REGISTERED))
        if TimelineKind.TIMESTAMP in self._kinds:
            found += [_moment(wanted, each.value, _TIMESTAMP) for each in Timestamp]
        if TimelineKind.STATUS_CHANGED in self._kinds:
            found.append(_changes(wanted))
        if written := self._kinds & WRITTEN:
            found.append(_entries(wanted, written))
        return found

    async def _filled(self, incidents: Collection[UUID], places: list[Any]) -> dict[UUID, list[Happening]]:
        entries = await self._entries([UUID(place.key) for place in places if place.source == _WRITTEN])
        numbers = [(place.incident, int(place.key)) for place in places if place.source == _STATUS]
        changes = await self._changes(numbers)
        found: dict[UUID, list[Happening]] = {incident: [] for incident in incidents}
        for place in places:
            happening = _happening(place, entries, changes)
            if happening is not None:
                found[place.incident].append(happening)
        return found

    async def _entries(self, ids: list[UUID]) -> dict[str, TimelineRow]:
        if not ids:
            return {}
        rows = await self._session.scalars(select(TimelineRow).where(TimelineRow.id == func.any(ids)))
        return {str(row.id): row for row in rows}

    async def _changes(self, numbers: list[tuple[UUID, int]]) -> dict[tuple[UUID, int], ChangeRow]:
        if not numbers:
            return {}
        named = tuple_(ChangeRow.incident_id, ChangeRow.sequence).in_(numbers)
        rows = await self._session.scalars(select(ChangeRow).where(named))
        return {(row.incident_id, row.sequence): row for row in rows}


def _happening(
    place: Any, entries: dict[str, TimelineRow], changes: dict[tuple[UUID, int], ChangeRow]
) -> Happening | None:
    """None for what was there when its place was found, and went out of sight before it was read itself."""
    at = (place.at, place.source, place.key)
    if place.source == _WRITTEN:
        entry = entries.get(place.key)
        return None if entry is None else Happening(*at, TimelineKind(entry.kind), entry=entry)
    if place.source == _STATUS:
        change = changes.get((place.incident, int(place.key)))
        return None if change is None else Happening(*at, TimelineKind.STATUS_CHANGED, change=change)
    if place.source == _TIMESTAMP:
        return Happening(*at, TimelineKind.TIMESTAMP, timestamp=Timestamp(place.key))
    return Happening(*at, TimelineKind.REGISTERED)


def _place(incident: Any, at: Any, source: int, key: Any) -> Select[Any]:
    return select(incident.label("incident"), at.label("at"), literal(source).label("source"), key.label("key"))


def _nothing(wanted: CTE) -> Select[Any]:
    """So that there is something to unite also where no kind is asked for."""
    return _moment(wanted, "registered_at", _REGISTERED).where(literal(value=False))


def _moment(wanted: CTE, column: str, source: int) -> Select[Any]:
    at = wanted.c[column]
    return _place(wanted.c.id, at, source, cast(literal(column), Text)).where(at.is_not(None))


def _changes(wanted: CTE) -> Select[Any]:
    key = func.lpad(cast(ChangeRow.sequence, Text), _DIGITS, "0")
    found = _place(ChangeRow.incident_id, ChangeRow.at, _STATUS, key)
    return found.join(wanted, wanted.c.id == ChangeRow.incident_id).where(ChangeRow.operation == "STATUS_CHANGED")


def _entries(wanted: CTE, kinds: Collection[TimelineKind]) -> Select[Any]:
    found = _place(TimelineRow.incident_id, TimelineRow.at, _WRITTEN, cast(TimelineRow.id, Text))
    of = found.join(wanted, wanted.c.id == TimelineRow.incident_id).where(TimelineRow.deleted_at.is_(None))
    return of.where(TimelineRow.kind.in_(sorted(kinds)))
