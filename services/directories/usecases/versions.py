"""Moving an entry on: one change, one version, one entry of the history, one event."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid, StaleVersion
from services.directories.persistence import history
from services.directories.persistence.entries import Entries
from services.directories.persistence.rows import EntryRow

Changes: TypeAlias = Mapping[str, tuple[Any, Any]]
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


async def advance(entry: EntryRow, operation: str, changes: Changes, work: UnitOfWork) -> None:
    """Raises version and sequence, writes `changes` (columns and texts) into the history, and tells the others."""
    await advance_all(operation, [(entry, changes)], work)


async def advance_all(operation: str, changed: Sequence[tuple[EntryRow, Changes]], work: UnitOfWork) -> None:
    """The same for many at once: one statement, however many, finds the codes of what they refer to."""
    codes = await _codes([changes for _, changes in changed], work)
    for entry, changes in changed:
        history.advance(entry, operation, _told(changes, codes), work)


async def _codes(changed: Iterable[Changes], work: UnitOfWork) -> dict[UUID, str]:
    pairs = [changes.get(name, ()) for changes in changed for name in _REFERENCES]
    named = {each for pair in pairs for each in pair if isinstance(each, UUID)}
    return await Entries(work.session).codes(named) if named else {}


def _told(changes: Changes, codes: Mapping[UUID, str]) -> dict[str, tuple[Any, Any]]:
    """By the names that callers know, and other entries by the codes they have now, whatever becomes of them."""
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
