"""Finding indicators, always through the eyes of one actor: there are those that stand in an incident he sees."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Subquery, Text, cast, exists, func, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.access import Actor, Companies, Everywhere
from chassis.paging import Place, SortKey, directed, paged
from chassis.rowsecurity import among
from chassis.tables import table_of
from services.incidents.domain import permissions
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.indicator_rows import IncidentIndicatorRow, IndicatorRow
from services.incidents.persistence.rows import IncidentRow

# The function that forgets indicators takes the same lock.
_LOCK: Final = text("select pg_advisory_xact_lock(hashtextextended(cast(:company as text), 7246111))")
_NEWEST: Final = (SortKey(IndicatorRow.id, down=True),)
_LAST_ADDED: Final = (SortKey(IncidentIndicatorRow.id, down=True),)


async def lock_company(company: UUID, session: AsyncSession) -> None:
    """Until the commit nobody else gives an incident of the company an indicator, or takes one away."""
    await session.execute(_LOCK, {"company": str(company)})


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorFilter:
    """All given conditions must hold; an empty collection lets nothing through, None means no condition."""

    company_ids: Collection[UUID] | None = None
    type_ids: Collection[UUID] | None = None
    digests: Collection[UUID] | None = None
    tags: Collection[str] | None = None
    is_ioc: bool | None = None
    whitelisted: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """But for that of the companies, which the caller joins with those that are seen."""
        found: list[ColumnElement[bool]] = []
        if self.type_ids is not None:
            found.append(IndicatorRow.type_id == func.any(list(self.type_ids)))
        if self.digests is not None:
            found.append(IndicatorRow.digest == func.any(list(self.digests)))
        if self.tags is not None:
            found.append(IndicatorRow.tags.op("&&")(cast(list(self.tags), ARRAY(Text()))))
        same = ((IndicatorRow.is_ioc, self.is_ioc), (IndicatorRow.whitelisted, self.whitelisted))
        return [*found, *(column.is_(wanted) for column, wanted in same if wanted is not None)]


class Indicators:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor
        self._incidents = Incidents(session, actor)

    async def by_ids(self, ids: Collection[UUID]) -> dict[UUID, IndicatorRow]:
        found = await self._session.scalars(self._visible().where(IndicatorRow.id == func.any(list(ids))))
        return {indicator.id: indicator for indicator in found}

    async def page(self, wanted: IndicatorFilter, first: int, after: Place | None) -> Sequence[IndicatorRow]:
        """Up to `first` + 1 rows, newest first, from a place of their id."""
        companies = self._companies(wanted)
        listed = self._visible().where(*wanted.conditions())
        if isinstance(companies, Everywhere):
            return (await self._session.scalars(paged(listed, _NEWEST, first, after))).all()
        of = table_of(companies)  # a page of each company, by its index, and of these pages the newest
        each = paged(listed.where(IndicatorRow.company_id == of.c.id), _NEWEST, first, after)
        indicator = aliased(IndicatorRow, lateral := each.lateral())
        (by_id,) = directed(_NEWEST, after)
        merged = select(indicator).select_from(of).join(lateral, true()).order_by(by_id.sorting(indicator.id))
        return (await self._session.scalars(merged.limit(first + 1))).all()

    async def count(self, wanted: IndicatorFilter) -> int:
        listed = self._visible().where(*wanted.conditions(), among(IndicatorRow.company_id, self._companies(wanted)))
        return await self._session.scalar(listed.with_only_columns(func.count(IndicatorRow.id))) or 0

    async def incidents(
        self, indicators: Collection[UUID], first: int, after: Place | None
    ) -> dict[UUID, list[tuple[UUID, IncidentRow]]]:
        """Per indicator up to `first` + 1 incidents it stands in, the one it was last added to first.

        Each with the id of what links them, behind which the next page goes on. It is the same indicator also where a
        restricted incident has it alone.
        """
        wanted, link, incident = self._wanted(indicators), IncidentIndicatorRow, aliased(IncidentRow)
        linked = self._linked(wanted).with_only_columns(link.id.label("link"), link.incident_id)
        newest = paged(linked, _LAST_ADDED, first, after).lateral()
        (by_link,) = directed(_LAST_ADDED, after)
        statement = (
            select(wanted.c.id, newest.c.link, incident)
            .select_from(wanted)
            .join(newest, true())
            .join(incident, incident.id == newest.c.incident_id)
        )
        found: dict[UUID, list[tuple[UUID, IncidentRow]]] = {each: [] for each in indicators}
        for indicator, place, row in await self._session.execute(statement.order_by(by_link.sorting(newest.c.link))):
            found[indicator].append((place, row))
        return found

    async def count_incidents(self, indicators: Collection[UUID]) -> dict[UUID, int]:
        wanted = self._wanted(indicators)
        counted = self._linked(wanted).with_only_columns(func.count().label("number")).lateral()
        statement = select(wanted.c.id, counted.c.number).select_from(wanted).join(counted, true())
        return {row.id: row.number for row in await self._session.execute(statement)}

    def _wanted(self, indicators: Collection[UUID]) -> Subquery:
        of = self._visible().where(IndicatorRow.id == func.any(list(indicators)))
        columns = (IndicatorRow.id, IndicatorRow.company_id, IndicatorRow.digest, IndicatorRow.type_id)
        return of.with_only_columns(*columns).subquery("wanted")

    def _linked(self, wanted: Subquery) -> Select[Any]:
        """The incidents that the actor sees and the same indicator stands in, each with its link."""
        link = IncidentIndicatorRow
        same = (
            link.company_id == wanted.c.company_id,
            link.digest == wanted.c.digest,
            link.type_id == wanted.c.type_id,
        )
        return self._incidents.all_seen().join(link, link.incident_id == IncidentRow.id).where(*same)

    def _companies(self, wanted: IndicatorFilter) -> Companies:
        seen = self._actor.companies(permissions.VIEW)
        if wanted.company_ids is None:
            return seen
        asked = frozenset(wanted.company_ids)
        return asked if isinstance(seen, Everywhere) else asked & seen

    def _visible(self) -> Select[IndicatorRow]:
        """Which indicators there are for the actor is decided here and nowhere else."""
        linked = (
            self._incidents.all_seen()
            .join(IncidentIndicatorRow, IncidentIndicatorRow.incident_id == IncidentRow.id)
            .where(IncidentIndicatorRow.indicator_id == IndicatorRow.id)
        )
        return select(IndicatorRow).where(
            among(IndicatorRow.company_id, self._actor.companies(permissions.VIEW)),
            exists(linked.with_only_columns(IncidentIndicatorRow.id).correlate(IndicatorRow)),
        )
