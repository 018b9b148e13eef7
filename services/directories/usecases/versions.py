"""Moving an entry on: one change, one version, one entry of the history, one event."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid, StaleVersion
from services.directories.domain.events import DirectoryEntryChanged
from services.directories.persistence.entries import Entries
from services.directories.persistence.history import record
from services.directories.persistence.rows import EntryRow

_REFERENCES: Final = ("parent_id", "inverse_id", "merged_into_id")


class StaleEntry(StaleVersion):
    def __init__(self, expected: int, current: EntryRow) -> None:
        super().__init__(expected, current.version)
        self.entry_id = current.id


def expect(version: int, entry: EntryRow) -> None:
    """Raises StaleEntry, or Invalid for an entry that is now read as another one."""
    if version != entry.version:
        raise StaleEntry(version, entry)
    if entry.merged_into_id is not None:
        raise Invalid("The entry was merged into another one: change that one.", field=("id",))


def columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by column; `order` is a word of SQL."""
    return {"sort_order" if name == "order" else name: value for name, value in values.items()}


async def advance(entry: EntryRow, operation: str, changes: Mapping[str, tuple[Any, Any]], work: UnitOfWork) -> None:
    """Raises version and sequence, writes `changes` (columns and texts) into the history, and tells the others."""
    entry.version += 1
    entry.sequence += 1
    record(entry, operation, await _told(changes, work), work)
    fact = DirectoryEntryChanged(entry_id=entry.id, kind=entry.kind)
    work.emit(fact, subject=entry.id, company=entry.company_id, sequence=entry.sequence)


async def _told(changes: Mapping[str, tuple[Any, Any]], work: UnitOfWork) -> dict[str, tuple[Any, Any]]:
    """By the names that callers know, and other entries by the codes they have now, whatever becomes of them."""
    named = {each for name in _REFERENCES for each in changes.get(name, ()) if isinstance(each, UUID)}
    codes = await Entries(work.session).codes(named) if named else {}
    return {_name(name): (codes.get(old, old), codes.get(new, new)) for name, (old, new) in changes.items()}


def _name(column: str) -> str:
    return "order" if column == "sort_order" else column.removesuffix("_id")


async def take_initial_mark(entry_id: UUID | None, work: UnitOfWork) -> None:
    """Takes the mark from the status that has it, unless that is `entry_id`: there is one initial status at a time."""
    marked = await Entries(work.session).initial_status()
    if marked is not None and marked.id != entry_id:
        marked.is_initial = False
        await advance(marked, "EDITED", {"is_initial": (True, False)}, work)
        await work.session.flush()  # before another row gets the mark: the index allows one
