"""What other services may know of entries for their own projections."""

from chassis.database import Database
from chassis.publication import Publication, Row, TablePublication
from services.directories.persistence.reading import WITH_TEXTS, Texts
from services.directories.persistence.rows import EntryRow

_PUBLISHED = (
    "id", "version", "kind", "code", "active", "visible", "parent_id", "category", "is_initial", "is_final", "rank",
    "company_id",
)  # fmt: skip


def entries(database: Database) -> Publication:
    return TablePublication(database, WITH_TEXTS, id=EntryRow.id, code=EntryRow.code, shown=_shown)


def _shown(found: tuple[EntryRow, Texts]) -> Row:
    """`names` are by BCP 47 tag."""
    entry, texts = found
    names = {locale: name for locale, (name, _) in (texts or {}).items()}
    return {**{column: getattr(entry, column) for column in _PUBLISHED}, "names": names}
