"""Of which source the translations of an entry are, and which are stale, whenever one of its texts is written."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.directories.domain.translation import State, digest
from services.directories.persistence.rows import TranslationRow
from services.directories.persistence.translation_source import read_source_locale, source_locale


async def source_hash(session: AsyncSession, entry_id: UUID) -> str | None:
    """Of the entry's text in the language of the installation; None where it has none."""
    mine = (TranslationRow.entry_id == entry_id, TranslationRow.locale == source_locale())
    row = (await session.execute(select(TranslationRow.name, TranslationRow.description).where(*mine))).one_or_none()
    return None if row is None else digest(*row)


async def settle(session: AsyncSession, entry_id: UUID, written: Collection[str]) -> None:
    """After texts were written in some locales: they are of the present source, and others may no longer be."""
    mine, present = TranslationRow.entry_id == entry_id, await source_hash(session, entry_id)
    fresh = (mine, TranslationRow.locale.in_(written))
    await session.execute(update(TranslationRow).where(*fresh).values(source_hash=present))
    if await read_source_locale(session) in written:
        others = (mine, TranslationRow.locale.not_in(written), TranslationRow.source_hash.is_distinct_from(present))
        await session.execute(update(TranslationRow).where(*others).values(state=State.STALE.value))
