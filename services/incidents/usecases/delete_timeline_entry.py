"""Taking an entry out of the timeline of an incident; its history keeps it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain import permissions
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.timeline_rows import TimelineRow
from services.incidents.usecases.add_timeline_entry import TOLD
from services.incidents.usecases.edit_timeline_entry import ENTRY
from services.incidents.usecases.parts import change_part, expect, first_values, take_part, tell_part


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTimelineEntry:
    entry_id: UUID
    expected_version: int | None = None


async def delete_timeline_entry(command: DeleteTimelineEntry, work: UnitOfWork) -> TimelineRow:
    """Raises NotFound, Denied or StalePart. What was deleted already stays so."""
    incident, row = await take_part(TimelineRow, command.entry_id, ENTRY, work)
    expect(command.expected_version, row, work)
    if row.deleted_at is None:
        gone = {name: (before, None) for name, (_, before) in first_values(row, *TOLD).items()}
        change_part(row, {"deleted_at": datetime.now(UTC)})
        part = Part(PartType.TIMELINE_ENTRY, row.id)
        tell_part(incident, part, Operation.REMOVED, gone, work, right=permissions.EDIT)
    await work.session.flush()
    return row
