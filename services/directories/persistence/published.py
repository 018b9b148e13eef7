"""What other services may know of entries for their own projections."""

from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database import Database
from chassis.publication import Publication, Row, TablePublication
from services.directories.persistence.rows import EntryRow, TranslationRow

_PUBLISHED: Final = (
    "id", "version", "kind", "code", "active", "visible", "valid_from", "valid_to", "parent_id", "category",
    "is_initial", "is_final", "rank", "pattern", "single", "inverse_id", "merged_into_id", "company_id",
)  # fmt: skip
_NAMES: Final = (
    select(func.jsonb_object_agg(TranslationRow.locale, TranslationRow.name, type_=JSONB))
    .where(TranslationRow.entry_id == EntryRow.id)
    .scalar_subquery()
)


def entries(database: Database) -> Publication:
    return TablePublication(database, select(EntryRow, _NAMES), id=EntryRow.id, code=EntryRow.code, shown=_shown)


def _shown(found: tuple[EntryRow, dict[str, Any] | None]) -> Row:
    """`names` are by BCP 47 tag."""
    entry, names = found
    return {**{column: getattr(entry, column) for column in _PUBLISHED}, "names": names or {}}
