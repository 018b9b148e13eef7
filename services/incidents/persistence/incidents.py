"""Finding and keeping incidents, always through the eyes of one actor."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, Subquery, TableValuedAlias, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from chassis.access import Actor, Companies, Everywhere
from chassis.errors import NotFound
from chassis.paging import Place, behind, directed, named, paged, paged_for_each, with_parameters
from chassis.rowsecurity import among
from chassis.tables import table_of
from services.incidents.domain import permissions
from services.incidents.persistence.counting import numbers_of
from services.incidents.persistence.filters import Filter
from services.incidents.persistence.merging import merged
from services.incidents.persistence.orders import Order, are_indexed, gathered, keys_of, sort_key
from services.incidents.persistence.rows import IncidentRow
from services.incidents.persistence.sight import IDS, MOST, Shape, Sight

INCIDENT = "The incident was"
_MOST_SIFTED: Final = 20_000


class Incidents:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor
        self._sight = Sight.of(actor)

    async def get(self, incident_id: UUID, *, lock: bool = False) -> IncidentRow:
        """Raises NotFound when it is absent, deleted, or out of the actor's sight.

        `lock` keeps it from changing until the commit, when the actor holds any right to change it.
        """
        statement = self._visible().where(IncidentRow.id == incident_id)
        found = await self._session.scalar(statement.with_for_update()) if lock else None
        if found is None:  # row-level security locks nothing for who may only look
            found = await self._session.scalar(statement)
        if found is None:
            raise NotFound(INCIDENT, field=("id",))
        return found

    async def by_ids(self, ids: Collection[UUID]) -> dict[UUID, IncidentRow]:
        found = await self._session.scalars(_by_ids(self._sight.shape), self._sight.parameters(ids=list(ids)))
        return {incident.id: incident for incident in found}

    def visible_ids(self, ids: Collection[UUID]) -> Select[UUID]:
        """The statement that finds those of `ids` that the actor sees; to be joined to what hangs on them."""
        return self._sight.ids(list(ids))

    def seen_ids(self) -> Select[UUID]:
        """The statement that finds all that the actor sees; for lists of what hangs on them."""
        return self._visible().with_only_columns(IncidentRow.id)

    def sees(self, column: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]) -> ColumnElement[bool]:
        """Whether the column of another table leads to an incident that the actor sees."""
        return self._visible().where(IncidentRow.id == column).exists()

    def all_seen(self) -> Select[IncidentRow]:
        """The statement that finds all that the actor sees; likewise."""
        return self._visible()

    async def by_reference(self, reference: str) -> IncidentRow | None:
        return await self._session.scalar(self._visible().where(IncidentRow.reference == reference))

    async def page(
        self, wanted: Filter, orders: Sequence[Order], first: int, after: Place | None
    ) -> list[tuple[IncidentRow, Sequence[Any]]]:
        """Up to `first` + 1 rows from the place `after`, the nearest first, each with its sort key."""
        keys, companies = keys_of(orders), self.companies_of(wanted)
        if not are_indexed(orders):
            page = gathered(self.seen(wanted), keys, first, after)
            return [(row, key) for row, *key in await self._session.execute(page)]
        rows: Iterable[IncidentRow]
        if isinstance(companies, Everywhere) or not await self._by_company(companies, wanted, first):
            rows = await self._session.scalars(paged(self.seen(wanted), keys, first, after))
        else:
            rows = await self._merged(companies, wanted.conditions(self.sees), orders, first + 1, after)
        return [(row, sort_key(row, keys)) for row in rows]

    async def _merged(
        self,
        companies: frozenset[UUID],
        conditions: Sequence[ColumnElement[bool]],
        orders: Sequence[Order],
        most: int,
        after: Place | None,
    ) -> Iterable[IncidentRow]:
        """Lists of all that is seen are what is asked most, so the statements for them are made once."""
        few = len(companies) <= most
        if conditions:
            seen = Listed(self._sight, table_of(companies), most, conditions)
            return await self._session.scalars(_page_of_companies(seen, orders, after, few=few))
        place, values = named(after)
        statement = _page_of_all(self._sight.shape, tuple(orders), place, few)
        return await self._session.scalars(statement, self._sight.parameters(ids=list(companies), most=most, **values))

    async def count(self, wanted: Filter) -> int:
        """Costs next to nothing for whole companies, also of one visibility; with other conditions, as much as it takes
        to look at their rows.
        """
        companies = self.companies_of(wanted)
        if wanted.counts_rows:
            statement = self.seen(wanted).with_only_columns(func.count())
        else:
            statement = select(func.sum(self._numbers(companies, wanted.restricted).c.number))
        return int(await self._session.scalar(statement) or 0)

    async def newest_of_companies(
        self, companies: Collection[UUID], first: int, after: Place | None
    ) -> dict[UUID, list[IncidentRow]]:
        """Per company up to `first` + 1 rows of the newest first, from the place `after`; one statement."""
        wanted = table_of(companies)
        those = (*self._sight.conditions(), IncidentRow.company_id == wanted.c.id)
        keys = keys_of([Order.REGISTERED_AT_DESC])
        newest = paged_for_each(wanted, IncidentRow, *those, keys=keys, most=first + 1, place=after)
        found: dict[UUID, list[IncidentRow]] = {}
        for row in await self._session.scalars(newest):
            found.setdefault(row.company_id, []).append(row)
        return found

    async def count_by_company(self, companies: Collection[UUID]) -> dict[UUID, int]:
        numbers = self._numbers(self.companies_of(Filter(company_ids=companies)))
        statement = select(numbers.c.company_id, func.sum(numbers.c.number).label("number")).group_by(
            numbers.c.company_id
        )
        return {row.company_id: int(row.number) for row in await self._session.execute(statement)}

    async def _by_company(self, companies: frozenset[UUID], wanted: Filter, first: int) -> bool:
        """Whether a page is put together of pages of companies, instead of reading all by time until it is full.

        Not where people, indicators or assets are named, or what is overdue: these are so few incidents that they are
        sorted. Nor where many incidents of many companies have to be sifted: that may mean to look at all of them,
        which is quickest in the order in which they lie.
        """
        if wanted.names_few:
            return False
        if not wanted.sifts or len(companies) <= first:
            return True
        number = await self._session.scalar(select(func.sum(self._numbers(companies).c.number)))
        return int(number or 0) <= _MOST_SIFTED

    def seen(self, wanted: Filter) -> Select[IncidentRow]:
        """All that the actor sees of what is wanted."""
        return self._visible(among(IncidentRow.company_id, self.companies_of(wanted))).where(
            *wanted.conditions(self.sees)
        )

    def companies_of(self, wanted: Filter) -> Companies:
        """Those of the wanted companies whose incidents the actor sees."""
        seen = self._actor.companies(permissions.VIEW)
        if wanted.company_ids is None:
            return seen
        asked = frozenset(wanted.company_ids)
        return asked if isinstance(seen, Everywhere) else asked & seen

    def _numbers(self, companies: Companies, restricted: bool | None = None) -> Subquery:
        all_of = self._actor.companies(permissions.VIEW_RESTRICTED)
        return numbers_of(companies, all_of=all_of, to=self._actor.id, restricted=restricted)

    def _visible(self, of: ColumnElement[bool] | None = None) -> Select[IncidentRow]:
        """For `of` see Sight."""
        return select(IncidentRow).where(*self._sight.conditions(of))


@cache
def _by_ids(shape: Shape) -> Select[IncidentRow]:
    return select(IncidentRow).where(*Sight.shaped(shape).conditions(), IncidentRow.id == func.any(IDS))


class Listed(NamedTuple):
    """What a page of companies is made of."""

    sight: Sight
    companies: TableValuedAlias
    most: int | BindParameter[Any]
    conditions: Sequence[ColumnElement[bool]] = ()


def _page_of_companies(
    listed: Listed, orders: Sequence[Order], place: Place | None, *, few: bool
) -> Select[IncidentRow]:
    keys = keys_of(orders)
    conditions = [*listed.conditions, *behind(keys, place)]

    def of(company: ColumnElement[Any]) -> Select[IncidentRow]:
        seen = listed.sight.conditions(IncidentRow.company_id == company)
        return select(IncidentRow).where(*seen, *conditions)

    return merged(listed.companies, of, directed(keys, place), listed.most, few=few)


@cache
def _page_of_all(shape: Shape, orders: tuple[Order, ...], place: Place | None, few: bool) -> Select[IncidentRow]:
    listed = Listed(Sight.shaped(shape), table_of(IDS), MOST)
    return _page_of_companies(listed, orders, with_parameters(place, keys_of(orders)), few=few)


def is_visible(row: IncidentRow, actor: Actor) -> bool:
    """The same question of a row that is at hand."""
    confided_to = (
        not row.restricted or actor.id in row.members or actor.may(permissions.VIEW_RESTRICTED, row.company_id)
    )
    return confided_to and actor.may(permissions.VIEW, row.company_id) and row.deleted_at is None
