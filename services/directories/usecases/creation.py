"""The moment an entry comes into being: its row, its texts and its event."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.identifiers import uuid7
from services.directories.domain import rules
from services.directories.domain.entries import FINAL, Kind, Text
from services.directories.persistence.rows import EntryRow, TranslationRow
from services.directories.usecases import versions

_UNLESS_GIVEN = {"active": True, "visible": True, "is_initial": False, "order": 0}


def create(
    kind: Kind, values: Mapping[str, Any], parent: UUID | None, texts: Mapping[str, Text], work: UnitOfWork
) -> EntryRow:
    """`values` are checked ones by the names of domain/rules.py. Raises Invalid for an impossible initial status."""
    columns = versions.columns({**_UNLESS_GIVEN, **values})
    category = columns.get("category")
    rules.check_initial(is_initial=columns["is_initial"], active=columns["active"], category=category)
    entry = EntryRow(
        **columns, id=uuid7(), version=0, sequence=0, kind=kind.value, parent_id=parent, is_final=category in FINAL
    )
    work.session.add(entry)
    work.session.add_all(
        TranslationRow(entry_id=entry.id, locale=locale, name=text.name, description=text.description)
        for locale, text in texts.items()
    )
    versions.advance(entry, work)
    return entry
