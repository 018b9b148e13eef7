"""Directories as sheets: everybody's entries, or those that one company has of its own."""

from collections.abc import Collection, Sequence
from uuid import UUID

from chassis.database import ReadSession
from services.directories.domain.entries import PARENTS, Kind, Text
from services.directories.domain.sheets import Sheet, columns, text_columns, to_cell
from services.directories.persistence.entries import Entries
from services.directories.persistence.rows import EntryRow

_COLUMN_OF = {"order": "sort_order"}


async def export_entries(
    kinds: Sequence[Kind], locales: Sequence[str], company: UUID | None, session: ReadSession
) -> list[Sheet]:
    """A sheet for each of `kinds`, in the order of the lists; what was merged into another entry is not in it."""
    return [await _sheet(kind, locales, company, Entries(session)) for kind in kinds]


async def _sheet(kind: Kind, locales: Sequence[str], company: UUID | None, entries: Entries) -> Sheet:
    found = [row for row in await entries.of_owner(kind, company) if row.merged_into_id is None]
    texts = await entries.texts_of([row.id for row in found], locales)
    codes = await entries.codes({each for row in found for each in (row.parent_id, row.inverse_id) if each})
    header = [*columns(kind).values(), *text_columns(locales)]
    rows = [
        (number, [*_cells(kind, row, codes), *_texts(texts[row.id], locales)])
        for number, row in enumerate(found, start=2)
    ]
    return Sheet(kind.value, header, rows)


def _cells(kind: Kind, row: EntryRow, codes: dict[UUID, str]) -> list[str]:
    return [to_cell(value) for value in values_of(kind, row, codes).values()]


def values_of(kind: Kind, row: EntryRow, codes: dict[UUID, str]) -> dict[str, object]:
    """What an entry has by the names of domain/rules.py; a link type that is its own opposite has none."""
    above = "classification" if PARENTS.get(kind, kind) is not kind else "parent"
    opposite = None if row.inverse_id in (None, row.id) else codes.get(row.inverse_id)
    others = {above: row.parent_id and codes.get(row.parent_id), "inverse": opposite}
    return {
        name: others[name] if name in others else getattr(row, _COLUMN_OF.get(name, name)) for name in columns(kind)
    }


def _texts(texts: dict[str, Text], locales: Collection[str]) -> list[str]:
    found = [texts.get(tag) for tag in locales]
    return [cell for text in found for cell in (("", "") if text is None else (text.name, text.description or ""))]
