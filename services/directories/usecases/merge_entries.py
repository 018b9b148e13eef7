"""Merging an entry into another one: whatever has the old one is read as having the new one.

The old one stays, with its code and its texts: nothing may take that code again, and histories go on telling of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from services.directories.domain.entries import Kind
from services.directories.domain.events import DirectoryEntryMerged
from services.directories.persistence.entries import Entries
from services.directories.persistence.rows import EntryRow
from services.directories.usecases import versions
from services.directories.usecases.edit_entry import claim_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeEntries:
    entry_id: UUID
    into_id: UUID
    expected_version: int


async def merge_entries(command: MergeEntries, work: UnitOfWork) -> UUID:
    """The id of the entry that is left. Raises NeedsEveryCompany, Denied, NotFound, StaleEntry or Invalid."""
    entry = await claim_entry(command.entry_id, command.expected_version, work)
    entries = Entries(work.session)
    into = await entries.get(command.into_id, field="into_id")
    problem = next((text for text, holds in _problems(entry, into, await entries.ancestors(into)) if holds), None)
    if problem is not None:
        raise Invalid(problem, field=("into_id",))
    for child in await entries.referring_to(EntryRow.parent_id, entry.id):
        await _point(child, "parent_id", into, work)
    for earlier in await entries.referring_to(EntryRow.merged_into_id, entry.id):
        await _merge(earlier, into, work)
    await _merge(entry, into, work)
    return into.id


def _problems(entry: EntryRow, into: EntryRow, above: list[EntryRow]) -> Iterator[tuple[str, bool]]:
    """What would be wrong, and whether it is."""
    opposites = (entry.inverse_id, into.inverse_id) == (entry.id, into.id)
    yield "An entry cannot be merged into itself.", into.id == entry.id
    yield "Both entries must be of the same directory.", into.kind != entry.kind
    yield "An entry of everybody stays everybody's.", into.company_id not in (None, entry.company_id)
    yield "Merge into an entry that may still be chosen.", into.merged_into_id is not None or not into.active
    yield "The other entry is below this one: move it first.", entry.id in {each.id for each in above}
    yield "Both statuses must be of the same category.", into.category != entry.category
    yield "This is the initial status: mark another one as initial first.", entry.is_initial
    paired = entry.kind == Kind.LINK_TYPE.value and not opposites
    yield "Only link types that are their own opposite are merged: take the opposites away first.", paired


async def _merge(entry: EntryRow, into: EntryRow, work: UnitOfWork) -> None:
    entry.active = False
    await _point(entry, "merged_into_id", into, work, operation="MERGED")
    entry.sequence += 1
    fact = DirectoryEntryMerged(entry_id=entry.id, into_id=into.id, kind=entry.kind)
    work.emit(fact, subject=entry.id, company=entry.company_id, sequence=entry.sequence)


async def _point(entry: EntryRow, column: str, into: EntryRow, work: UnitOfWork, operation: str = "EDITED") -> None:
    change = {column: (getattr(entry, column), into.id)}
    setattr(entry, column, into.id)
    await versions.advance(entry, operation, change, work)
