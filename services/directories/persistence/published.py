"""What other services may know of entries, and of pages of the guide, for their own projections."""

from typing import Any, Final

from sqlalchemy import Boolean, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database import Database
from chassis.publication import Publication, Row, TablePublication
from services.directories.persistence.guide_pages import DRAFTS
from services.directories.persistence.guide_rows import GuidePageRow
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
_SHOWN: Final = """
NOT EXISTS (
    WITH RECURSIVE above AS (
        SELECT guide_page.parent_id, guide_page.active AND guide_page.number IS NOT NULL AS open
        UNION ALL
        SELECT page.parent_id, page.active AND page.number IS NOT NULL
        FROM guide_page AS page JOIN above ON page.id = above.parent_id
    )
    SELECT FROM above WHERE NOT open
)
"""
_PAGES: Final = select(
    GuidePageRow.id,
    GuidePageRow.sequence.label("version"),
    GuidePageRow.company_id,
    literal_column(_SHOWN, Boolean).label("shown"),
)


def entries(database: Database) -> Publication:
    return TablePublication(database, select(EntryRow, _NAMES), id=EntryRow.id, code=EntryRow.code, shown=_shown)


def _shown(found: tuple[EntryRow, dict[str, Any] | None]) -> Row:
    """`names` are by BCP 47 tag."""
    entry, names = found
    return {**{column: getattr(entry, column) for column in _PUBLISHED}, "names": names or {}}


def pages(database: Database) -> Publication:
    """`shown` is whether readers have it: it and all that is above it are published and not hidden."""
    return TablePublication(database, _PAGES, id=GuidePageRow.id, through=DRAFTS)
