"""What other services may know of entries for their own projections."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from chassis.internal import Lookup, Row
from services.directories.persistence.reading import WITH_TEXTS, Texts
from services.directories.persistence.rows import EntryRow

_ACTOR = Actor.system("publication of entries", EVERY_COMPANY)
_PUBLISHED = (
    "id", "version", "kind", "code", "active", "visible", "parent_id", "category", "is_initial", "is_final", "rank",
    "company_id",
)  # fmt: skip


def page_of_entries(database: Database) -> Callable[[UUID | None, int], Awaitable[list[Row]]]:
    async def page(after: UUID | None, limit: int) -> list[Row]:
        statement = WITH_TEXTS if after is None else WITH_TEXTS.where(EntryRow.id > after)
        return await _rows(database, statement.order_by(EntryRow.id).limit(limit))

    return page


def find_entries(database: Database) -> Callable[[Lookup], Awaitable[list[Row]]]:
    async def find(asked: Lookup) -> list[Row]:
        named = or_(EntryRow.id == func.any(asked.ids), EntryRow.code == func.any(asked.codes))
        return await _rows(database, WITH_TEXTS.where(named))

    return find


async def _rows(database: Database, statement: Any) -> list[Row]:
    async with database.read(_ACTOR) as session:
        return [_row(entry, texts) for entry, texts in await session.execute(statement)]


def _row(entry: EntryRow, texts: Texts) -> Row:
    """`names` are by BCP 47 tag."""
    names = {locale: name for locale, (name, _) in (texts or {}).items()}
    return {**{column: getattr(entry, column) for column in _PUBLISHED}, "names": names}
