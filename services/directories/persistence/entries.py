"""Finding and keeping entries for a change; reading goes through persistence/cache.py."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from chassis.errors import NotFound
from chassis.identifiers import Key
from services.directories.domain.entries import Kind, Text
from services.directories.domain.translation import State
from services.directories.persistence.rows import EntryRow, RevisionRow, TranslationRow
from services.directories.persistence.translation_settling import settle

ENTRY = "The entry was"
_CLAIMED = "directories are claimed"  # of the session of a unit of work, which has one transaction


async def claim(session: AsyncSession) -> None:
    """Makes this the only transaction that changes directories until it ends, and tells all readers to read anew.

    Changes are rare; taking turns spares every race between a check and what follows it. Once is enough for each.
    """
    if session.info.get(_CLAIMED):
        return
    session.info[_CLAIMED] = True
    stamp = uuid4()
    statement = insert(RevisionRow).values(single=True, stamp=stamp)
    await session.execute(statement.on_conflict_do_update(index_elements=[RevisionRow.single], set_={"stamp": stamp}))


class Entries:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, entry_id: UUID, *, field: str = "id") -> EntryRow:
        """As it is now. Raises NotFound naming `field`."""
        found = await self._session.get(EntryRow, entry_id, populate_existing=True)
        if found is None:
            raise NotFound(ENTRY, field=(field,))
        return found

    async def find(self, kind: Kind, key: Key, company: UUID | None) -> EntryRow | None:
        """By id or by code, of what an entry of `company` may refer to: its own, and what everybody has.

        An entry of everybody refers to nothing of one company.
        """
        wanted = EntryRow.id == key if isinstance(key, UUID) else EntryRow.code == key
        owner = EntryRow.company_id.is_(None) if company is None else _of_or_global(company)
        return await self._session.scalar(select(EntryRow).where(EntryRow.kind == kind.value, wanted, owner))

    async def code_is_taken(self, kind: Kind, code: str, company: UUID | None) -> bool:
        """Also by an entry that was merged. Everybody's codes differ from those of every company that one sees."""
        taken = select(EntryRow.id).where(EntryRow.kind == kind.value, EntryRow.code == code)
        own = taken if company is None else taken.where(_of_or_global(company))
        return await self._session.scalar(own.limit(1)) is not None

    async def of_owner(self, kind: Kind, company: UUID | None) -> list[EntryRow]:
        """All of a directory that everybody has, or that `company` has of its own, in their order."""
        owned = EntryRow.company_id.is_(None) if company is None else EntryRow.company_id == company
        ordered = (
            select(EntryRow).where(EntryRow.kind == kind.value, owned).order_by(EntryRow.sort_order, EntryRow.code)
        )
        return list(await self._session.scalars(ordered))

    async def referring_to(self, column: InstrumentedAttribute[UUID | None], entry_id: UUID) -> list[EntryRow]:
        """The entries whose `column` (parent, inverse, merged into) is this entry."""
        return list(await self._session.scalars(select(EntryRow).where(column == entry_id).order_by(EntryRow.id)))

    async def codes(self, ids: Collection[UUID]) -> dict[UUID, str]:
        found = await self._session.execute(select(EntryRow.id, EntryRow.code).where(EntryRow.id.in_(ids)))
        return {row.id: row.code for row in found}

    async def ancestors(self, entry: EntryRow) -> list[EntryRow]:
        """What the entry is below of, closest first."""
        found: list[EntryRow] = []
        while entry.parent_id is not None:
            entry = await self._session.get_one(EntryRow, entry.parent_id)
            found.append(entry)
        return found

    async def initial_status(self) -> EntryRow | None:
        """The status that new incidents take everywhere."""
        wanted = (EntryRow.kind == Kind.STATUS.value, EntryRow.is_initial, EntryRow.company_id.is_(None))
        return await self._session.scalar(select(EntryRow).where(*wanted))

    async def ids_by_code(self) -> dict[tuple[str, str], UUID]:
        """The id of every entry that everybody has, by its directory and code."""
        everybody = select(EntryRow.kind, EntryRow.code, EntryRow.id).where(EntryRow.company_id.is_(None))
        found = await self._session.execute(everybody)
        return {(row.kind, row.code): row.id for row in found}

    async def texts(self, entry_id: UUID) -> dict[str, Text]:
        return (await self.texts_of([entry_id]))[entry_id]

    async def texts_of(
        self, ids: Collection[UUID], locales: Collection[str] | None = None
    ) -> dict[UUID, dict[str, Text]]:
        """By their tags, in these languages or in all."""
        found: dict[UUID, dict[str, Text]] = {entry: {} for entry in ids}
        columns = (TranslationRow.entry_id, TranslationRow.locale, TranslationRow.name, TranslationRow.description)
        wanted = select(*columns).where(TranslationRow.entry_id == func.any(list(ids)))
        if locales is not None:
            wanted = wanted.where(TranslationRow.locale == func.any(list(locales)))
        for row in await self._session.execute(wanted.order_by(TranslationRow.locale)):
            found[row.entry_id][row.locale] = Text(row.name, row.description)
        return found

    async def write_texts(
        self, entry_id: UUID, texts: Mapping[str, Text], by: UUID | None = None, engine: str | None = None
    ) -> None:
        """Adds or replaces the translations in these locales; others may become stale.

        They were made by machine when `engine` did it, else written by the person `by`, or by us when None.
        """
        if not texts:
            return
        stand = _reviewed(by) if engine is None else _MACHINE | {"engine": engine}
        statement = insert(TranslationRow).values([_values(entry_id, tag, text) | stand for tag, text in texts.items()])
        replaced = {name: statement.excluded[name] for name in ("name", "description", *stand)}
        keys = [TranslationRow.entry_id, TranslationRow.locale]
        await self._session.execute(statement.on_conflict_do_update(index_elements=keys, set_=replaced))
        await settle(self._session, entry_id, texts)

    async def drop_texts(self, entry_id: UUID, locales: Collection[str]) -> None:
        mine = (TranslationRow.entry_id == entry_id, TranslationRow.locale.in_(locales))
        await self._session.execute(delete(TranslationRow).where(*mine))


def _reviewed(by: UUID | None) -> dict[str, Any]:
    at = None if by is None else datetime.now(UTC)
    return {"state": State.REVIEWED.value, "engine": None, "reviewed_by": by, "reviewed_at": at}


_MACHINE: Final = {"state": State.MACHINE.value, "reviewed_by": None, "reviewed_at": None}


def _of_or_global(company: UUID) -> ColumnElement[bool]:
    return or_(EntryRow.company_id == company, EntryRow.company_id.is_(None))


def _values(entry_id: UUID, locale: str, text: Text) -> dict[str, Any]:
    return {"entry_id": entry_id, "locale": locale, "name": text.name, "description": text.description}
