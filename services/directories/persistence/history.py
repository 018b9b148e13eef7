"""The history of directories: written with each change, read page by page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor, Everywhere
from chassis.database import UnitOfWork
from chassis.identifiers import to_json, uuid7
from chassis.paging import Place, SortKey, paged
from services.directories.domain import permissions
from services.directories.domain.events import DirectoryEntryChanged
from services.directories.persistence.rows import EntryChangeRow, EntryRow, LocaleRow

MANAGE = "manage"  # the wall of the history


def advance(entry: EntryRow, operation: str, changes: Mapping[str, tuple[Any, Any]], work: UnitOfWork) -> None:
    """Raises version and sequence, records `changes`, and tells the others in the transaction of `work`."""
    entry.version += 1
    entry.sequence += 1
    record(entry, operation, changes, work)
    fact = DirectoryEntryChanged(entry_id=entry.id, kind=entry.kind)
    work.emit(fact, subject=entry.id, company=entry.company_id, sequence=entry.sequence)


def record(entry: EntryRow, operation: str, changes: Mapping[str, tuple[Any, Any]], work: UnitOfWork) -> None:
    """Writes in the transaction of `work` what `operation` changed, as `{field: (before, after)}`."""
    work.session.add(
        EntryChangeRow(
            entry_id=entry.id,
            kind=entry.kind,
            code=entry.code,
            company_id=entry.company_id,
            **_circumstances(operation, changes, work),
        )
    )


def record_locale(locale: LocaleRow, operation: str, work: UnitOfWork) -> None:
    work.session.add(EntryChangeRow(code=locale.tag, **_circumstances(operation, {}, work)))


def _circumstances(operation: str, changes: Mapping[str, tuple[Any, Any]], work: UnitOfWork) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "actor_kind": work.actor.kind.value,
        "actor_id": work.actor.id,
        "request_id": work.cause.request_id,
        "operation": operation,
        "changes": orjson.loads(orjson.dumps(changes, default=to_json)),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    """All given conditions must hold; None means no condition."""

    entry_ids: Collection[UUID] | None = None
    kinds: Collection[str] | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found = [] if self.entry_ids is None else [EntryChangeRow.entry_id == func.any(list(self.entry_ids))]
        return found if self.kinds is None else [*found, EntryChangeRow.kind == func.any(list(self.kinds))]


class History:
    """Reading it, through the eyes of one actor. `session` must have opened the wall MANAGE."""

    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def page(self, wanted: HistoryFilter, first: int, after: Place | None) -> Sequence[EntryChangeRow]:
        """Up to `first` + 1 entries, newest first, from the place of a time and an id."""
        statement = self._visible().where(*wanted.conditions())
        keys = (SortKey(EntryChangeRow.at, down=True), SortKey(EntryChangeRow.id, down=True))
        return (await self._session.scalars(paged(statement, keys, first, after))).all()

    async def count(self, wanted: HistoryFilter) -> int:
        statement = self._visible().where(*wanted.conditions()).with_only_columns(func.count(EntryChangeRow.id))
        return await self._session.scalar(statement) or 0

    def _visible(self) -> Select[EntryChangeRow]:
        """That of everybody's entries for who manages anything, that of a company's for who manages it."""
        managed = self._actor.companies(permissions.MANAGE)
        if isinstance(managed, Everywhere):
            return select(EntryChangeRow)
        everybodys = EntryChangeRow.company_id.is_(None) & (true() if managed else false())
        return select(EntryChangeRow).where(or_(everybodys, EntryChangeRow.company_id == func.any(list(managed))))
