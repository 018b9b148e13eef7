"""What other services may know of incidents for their own projections."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from chassis.internal import Lookup, Row
from services.incidents.persistence.rows import IncidentRow

_ACTOR = Actor.system("publication of incidents", EVERY_COMPANY)
_PUBLISHED = select(
    IncidentRow.id,
    IncidentRow.sequence.label("version"),
    IncidentRow.company_id,
    IncidentRow.reference,
    IncidentRow.responsible_id,
    IncidentRow.deleted_at.is_not(None).label("deleted"),
)


def page_of_incidents(database: Database) -> Callable[[UUID | None, int], Awaitable[list[Row]]]:
    async def page(after: UUID | None, limit: int) -> list[Row]:
        statement = _PUBLISHED if after is None else _PUBLISHED.where(IncidentRow.id > after)
        return await _rows(database, statement.order_by(IncidentRow.id).limit(limit))

    return page


def find_incidents(database: Database) -> Callable[[Lookup], Awaitable[list[Row]]]:
    async def find(asked: Lookup) -> list[Row]:
        return await _rows(database, _PUBLISHED.where(IncidentRow.id == func.any(asked.ids)))

    return find


async def _rows(database: Database, statement: Any) -> list[Row]:
    async with database.read(_ACTOR) as session:
        return [dict(row._mapping) for row in await session.execute(statement)]  # noqa: SLF001  # SQLAlchemy's public name
