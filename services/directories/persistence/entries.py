"""Finding and keeping entries for a change; reading goes through persistence/cache.py."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import NotFound
from chassis.identifiers import Key
from services.directories.domain.entries import Kind, Text
from services.directories.domain.translation import State
from services.directories.persistence.entry_translations import settle
from services.directories.persistence.rows import EntryRow, RevisionRow, TranslationRow

ENTRY = "The entry was"


async def claim(session: AsyncSession) -> None:
    """Makes this the only transaction that changes directories until it ends, and tells all readers to read anew.

    Changes are rare; taking turns spares every race between a check and what follows it.
    """
    stamp = uuid4()
    statement = insert(RevisionRow).values(single=True, stamp=stamp)
    await session.execute(statement.on_conflict_do_update(index_elements=[RevisionRow.single], set_={"stamp": stamp}))


class Entries:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, entry_id: UUID) -> EntryRow:
        """Raises NotFound."""
        found = await self._session.get(EntryRow, entry_id)
        if found is None:
            raise NotFound(ENTRY, field=("id",))
        return found

    async def find(self, kind: Kind, key: Key) -> EntryRow | None:
        """By id or by code."""
        wanted = EntryRow.id == key if isinstance(key, UUID) else EntryRow.code == key
        return await self._session.scalar(select(EntryRow).where(EntryRow.kind == kind.value, wanted))

    async def initial_status(self) -> EntryRow | None:
        """The status that new incidents take everywhere."""
        wanted = (EntryRow.kind == Kind.STATUS.value, EntryRow.is_initial, EntryRow.company_id.is_(None))
        return await self._session.scalar(select(EntryRow).where(*wanted))

    async def ids_by_code(self) -> dict[tuple[str, str], UUID]:
        """The id of every entry by its directory and code."""
        found = await self._session.execute(select(EntryRow.kind, EntryRow.code, EntryRow.id))
        return {(row.kind, row.code): row.id for row in found}

    async def texts(self, entry_id: UUID) -> dict[str, Text]:
        found = await self._session.scalars(select(TranslationRow).where(TranslationRow.entry_id == entry_id))
        return {row.locale: Text(row.name, row.description) for row in found}

    async def write_texts(self, entry_id: UUID, texts: Mapping[str, Text], by: UUID | None = None) -> None:
        """Adds or replaces the translations in these locales, written by the person `by`; others may become stale."""
        if not texts:
            return
        values = [_values(entry_id, tag, text) | _reviewed(by) for tag, text in texts.items()]
        statement = insert(TranslationRow).values(values)
        replaced = {name: statement.excluded[name] for name in ("name", "description", *_reviewed(by))}
        keys = [TranslationRow.entry_id, TranslationRow.locale]
        await self._session.execute(statement.on_conflict_do_update(index_elements=keys, set_=replaced))
        await settle(self._session, entry_id, texts)

    async def drop_texts(self, entry_id: UUID, locales: Collection[str]) -> None:
        mine = (TranslationRow.entry_id == entry_id, TranslationRow.locale.in_(locales))
        await self._session.execute(delete(TranslationRow).where(*mine))


def _reviewed(by: UUID | None) -> dict[str, Any]:
    at = None if by is None else datetime.now(UTC)
    return {"state": State.REVIEWED.value, "engine": None, "reviewed_by": by, "reviewed_at": at}


def _values(entry_id: UUID, locale: str, text: Text) -> dict[str, Any]:
    return {"entry_id": entry_id, "locale": locale, "name": text.name, "description": text.description}
