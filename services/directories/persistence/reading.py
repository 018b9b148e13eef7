"""Entries as the database has them, with all their translations, in one statement."""

from typing import Any, Final, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import JSONB

from services.directories.domain.entries import Entry, Kind, StatusCategory, Text
from services.directories.persistence.rows import EntryRow, TranslationRow

Texts: TypeAlias = dict[str, list[Any]] | None  # name and description by locale; None when there is none

_TEXTS: Final = (
    select(
        func.jsonb_object_agg(
            TranslationRow.locale,
            func.jsonb_build_array(TranslationRow.name, TranslationRow.description),
            type_=JSONB,
        )
    )
    .where(TranslationRow.entry_id == EntryRow.id)
    .scalar_subquery()
)
WITH_TEXTS: Final = select(EntryRow, _TEXTS)


def to_entry(row: EntryRow, texts: Texts) -> Entry:
    return Entry(
        id=row.id,
        version=row.version,
        kind=Kind(row.kind),
        code=row.code,
        color=row.color,
        icon=row.icon,
        sort_order=row.sort_order,
        active=row.active,
        visible=row.visible,
        parent_id=row.parent_id,
        category=None if row.category is None else StatusCategory(row.category),
        is_initial=row.is_initial,
        is_final=row.is_final,
        rank=row.rank,
        company_id=row.company_id,
        texts={locale: Text(*text) for locale, text in sorted((texts or {}).items())},
    )
