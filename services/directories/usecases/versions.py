"""Moving an entry on: one change, one version, one event."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import StaleVersion
from services.directories.domain.events import DirectoryEntryChanged
from services.directories.persistence.entries import Entries
from services.directories.persistence.rows import EntryRow


class StaleEntry(StaleVersion):
    def __init__(self, expected: int, current: EntryRow) -> None:
        super().__init__(expected, current.version)
        self.entry_id = current.id


def expect(version: int, entry: EntryRow) -> None:
    """Raises StaleEntry."""
    if version != entry.version:
        raise StaleEntry(version, entry)


def columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by column; `order` is a word of SQL."""
    return {"sort_order" if name == "order" else name: value for name, value in values.items()}


def advance(entry: EntryRow, work: UnitOfWork) -> None:
    """Raises version and sequence and tells the others."""
    entry.version += 1
    entry.sequence += 1
    fact = DirectoryEntryChanged(entry_id=entry.id, kind=entry.kind)
    work.emit(fact, subject=entry.id, company=entry.company_id, sequence=entry.sequence)


async def take_initial_mark(entry_id: UUID | None, work: UnitOfWork) -> None:
    """Takes the mark from the status that has it, unless that is `entry_id`: there is one initial status at a time."""
    marked = await Entries(work.session).initial_status()
    if marked is not None and marked.id != entry_id:
        marked.is_initial = False
        advance(marked, work)
        await work.session.flush()  # before another row gets the mark: the index allows one
