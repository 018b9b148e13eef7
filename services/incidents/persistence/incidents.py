"""Finding and keeping incidents, always through the eyes of one actor."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from chassis.access import Actor
from chassis.errors import NotFound
from chassis.rowsecurity import among, confided
from chassis.tables import table_of
from services.incidents.domain import permissions
from services.incidents.persistence.rows import IncidentRow

INCIDENT = "The incident was"


class Order(Enum):
    """A sort key and whether the largest comes first; only columns that are never null."""

    REGISTERED_AT_ASC = (IncidentRow.registered_at, False)
    REGISTERED_AT_DESC = (IncidentRow.registered_at, True)
    UPDATED_AT_ASC = (IncidentRow.updated_at, False)
    UPDATED_AT_DESC = (IncidentRow.updated_at, True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """All given conditions must hold; an empty collection lets nothing through, None means no condition."""

    company_ids: Collection[UUID] | None = None
    status_ids: Collection[UUID] | None = None
    status_categories: Collection[str] | None = None
    classification_ids: Collection[UUID] | None = None
    type_ids: Collection[UUID] | None = None
    severity_ids: Collection[UUID] | None = None
    responsible_ids: Collection[UUID] | None = None
    occurred: tuple[datetime | None, datetime | None] = (None, None)
    registered: tuple[datetime | None, datetime | None] = (None, None)

    def conditions(self) -> list[ColumnElement[bool]]:
        lists: list[tuple[InstrumentedAttribute[Any], Collection[Any] | None]] = [
            (IncidentRow.company_id, self.company_ids),
            (IncidentRow.status_id, self.status_ids),
            (IncidentRow.status_category, self.status_categories),
            (IncidentRow.classification_id, self.classification_ids),
            (IncidentRow.type_id, self.type_ids),
            (IncidentRow.severity_id, self.severity_ids),
            (IncidentRow.responsible_id, self.responsible_ids),
        ]
        members = [column == func.any(list(wanted)) for column, wanted in lists if wanted is not None]
        return [
            *members,
            *_span(IncidentRow.occurred_at, self.occurred),
            *_span(IncidentRow.registered_at, self.registered),
        ]


class Incidents:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

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
        found = await self._session.scalars(self._visible().where(IncidentRow.id == func.any(list(ids))))
        return {incident.id: incident for incident in found}

    def visible_ids(self, ids: Collection[UUID]) -> Select[UUID]:
        """The statement that finds those of `ids` that the actor sees; to be joined to what hangs on them."""
        return self._visible().where(IncidentRow.id == func.any(list(ids))).with_only_columns(IncidentRow.id)

    async def by_reference(self, reference: str) -> IncidentRow | None:
        return await self._session.scalar(self._visible().where(IncidentRow.reference == reference))

    async def page(
        self, wanted: Filter, orders: Sequence[Order], first: int, after: Sequence[Any] | None
    ) -> Sequence[IncidentRow]:
        """Up to `first` + 1 rows behind the sort key `after`; see `sort_key`."""
        columns = [*((order.value[0], order.value[1]) for order in orders), (IncidentRow.id, orders[-1].value[1])]
        statement = self._visible().where(*wanted.conditions())
        if after is not None:
            statement = statement.where(_behind(columns, after))
        ordered = statement.order_by(*(column.desc() if down else column.asc() for column, down in columns))
        return (await self._session.scalars(ordered.limit(first + 1))).all()

    async def count(self, wanted: Filter) -> int:
        statement = self._visible().where(*wanted.conditions()).with_only_columns(func.count())
        return await self._session.scalar(statement) or 0

    async def newest_of_companies(
        self, companies: Collection[UUID], first: int, after: Sequence[Any] | None
    ) -> dict[UUID, list[IncidentRow]]:
        """Per company up to `first` + 1 rows behind the key (registered_at, id), newest first; one statement."""
        wanted = table_of(companies)
        columns = [(IncidentRow.registered_at, True), (IncidentRow.id, True)]
        older = self._visible().where(IncidentRow.company_id == wanted.c.id)
        if after is not None:
            older = older.where(_behind(columns, after))
        newest = older.order_by(*(column.desc() for column, _ in columns)).limit(first + 1).lateral()
        incident = aliased(IncidentRow, newest)
        found: dict[UUID, list[IncidentRow]] = {}
        statement = select(incident).select_from(wanted).join(newest, true())
        for row in await self._session.scalars(statement.order_by(incident.registered_at.desc(), incident.id.desc())):
            found.setdefault(row.company_id, []).append(row)
        return found

    async def count_by_company(self, companies: Collection[UUID]) -> dict[UUID, int]:
        counted = self._visible().where(IncidentRow.company_id == func.any(list(companies)))
        statement = counted.with_only_columns(IncidentRow.company_id, func.count().label("number")).group_by(
            IncidentRow.company_id
        )
        return {row.company_id: row.number for row in await self._session.execute(statement)}

    def _visible(self) -> Select[IncidentRow]:
        """Which incidents there are for the actor is decided here and nowhere else."""
        return select(IncidentRow).where(
            among(IncidentRow.company_id, self._actor.companies(permissions.VIEW)),
            confided(
                IncidentRow.restricted,
                IncidentRow.company_id,
                IncidentRow.members,
                all_of=self._actor.companies(permissions.VIEW_RESTRICTED),
                to=self._actor.id,
            ),
            IncidentRow.deleted_at.is_(None),
        )


def is_visible(row: IncidentRow, actor: Actor) -> bool:
    """The same question of a row that is at hand."""
    confided_to = (
        not row.restricted or actor.id in row.members or actor.may(permissions.VIEW_RESTRICTED, row.company_id)
    )
    return confided_to and actor.may(permissions.VIEW, row.company_id) and row.deleted_at is None


def sort_key(row: IncidentRow, orders: Sequence[Order]) -> list[Any]:
    return [*(getattr(row, order.value[0].key) for order in orders), row.id]


def _behind(columns: Sequence[tuple[Any, bool]], after: Sequence[Any]) -> ColumnElement[bool]:
    """The rows that sort after the key: equal in the first columns, beyond in the next one.

    What all alternatives share, not to lie before the key in the first column, is said once more: with it PostgreSQL
    begins to read the index at the key, without it at the list's beginning.
    """
    leading, leads_down = columns[0]
    alternatives = []
    for place, (column, down) in enumerate(columns):
        equal = [columns[i][0] == after[i] for i in range(place)]
        beyond = column < after[place] if down else column > after[place]
        alternatives.append(and_(*equal, beyond))
    return and_(leading <= after[0] if leads_down else leading >= after[0], or_(*alternatives))


def _span(
    column: InstrumentedAttribute[Any], ends: tuple[datetime | None, datetime | None]
) -> list[ColumnElement[bool]]:
    since, until = ends
    found = [] if since is None else [column >= since]
    return found if until is None else [*found, column < until]
