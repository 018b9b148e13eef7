"""Putting a whole directory, or what is below one parent, into another order at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from services.directories.domain import permissions
from services.directories.domain.entries import Kind
from services.directories.persistence.entries import Entries, claim
from services.directories.persistence.rows import EntryRow
from services.directories.usecases import versions

_STEP: Final = 10  # room for entries that are put between


@dataclass(frozen=True, slots=True, kw_only=True)
class ReorderEntries:
    """`ids` are all entries of the directory that everybody has, or that `company` has, in their new order.

    With `parent` all those below of it.
    """

    kind: Kind
    ids: Sequence[UUID]
    company: UUID | None = None
    parent: UUID | None = None


async def reorder_entries(command: ReorderEntries, work: UnitOfWork) -> list[UUID]:
    """The ids of those that moved. Raises NeedsEveryCompany, Denied or Invalid."""
    permissions.require_manager(work.actor, command.company)
    await claim(work.session)
    found = await Entries(work.session).of_owner(command.kind, command.company)
    here = {
        entry.id: entry for entry in found if entry.merged_into_id is None and command.parent in (None, entry.parent_id)
    }
    _check_complete(command.ids, here)
    moved = []
    for place, entry_id in enumerate(command.ids, start=1):
        entry, order = here[entry_id], place * _STEP
        if entry.sort_order != order:
            change = {"sort_order": (entry.sort_order, order)}
            entry.sort_order = order
            await versions.advance(entry, "REORDERED", change, work)
            moved.append(entry_id)
    return moved


def _check_complete(ids: Sequence[UUID], here: dict[UUID, EntryRow]) -> None:
    """Raises Invalid: an order that leaves one out would leave its place to chance."""
    repeated = [str(each) for each, times in Counter(ids).items() if times > 1]
    unknown = [str(each) for each in ids if each not in here]
    missing = [entry.code for entry in here.values() if entry.id not in set(ids)]
    for problem, named in (("given twice", repeated), ("not of this directory", unknown), ("left out", missing)):
        if named:
            raise Invalid(f"Give each entry once: {problem}: {', '.join(named[:10])}.", field=("ids",))
