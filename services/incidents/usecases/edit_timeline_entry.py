"""Putting right what was written into the timeline of an incident; whoever edits the incident may."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid, NotFound
from services.incidents.domain import permissions, timeline
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.timeline_rows import TimelineRow
from services.incidents.usecases.parts import change_part, expect, take_part, tell_part

ENTRY = "The timeline entry was"
_NEVER_EMPTY = ("at", "title", "pinned", "in_report", "audience")


@dataclass(frozen=True, slots=True, kw_only=True)
class EditTimelineEntry:
    """`changes` are columns with their new values, as they were told; None empties `until` and `text`."""

    entry_id: UUID
    expected_version: int
    changes: Mapping[str, Any]


async def edit_timeline_entry(command: EditTimelineEntry, work: UnitOfWork) -> TimelineRow:
    """Raises NotFound, Denied, Invalid or StalePart. An edit that changes nothing writes nothing."""
    incident, row = await take_part(TimelineRow, command.entry_id, ENTRY, work)
    if row.deleted_at is not None:
        raise NotFound(ENTRY, field=("id",))
    expect(command.expected_version, row, work)
    values = _checked(command.changes)
    timeline.require_order(values.get("at", row.at), values.get("until", row.until))
    changes = change_part(row, values)
    if changes:
        row.edited_at = datetime.now(UTC)
        part = Part(PartType.TIMELINE_ENTRY, row.id)
        tell_part(incident, part, Operation.EDITED, changes, work, right=permissions.EDIT)
    await work.session.flush()
    return row


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(changes)
    for name in _NEVER_EMPTY:
        if name in values and values[name] is None:
            raise Invalid("This is never empty: leave it out to keep it.", field=(name,))
    for name in ("at", "until"):
        if values.get(name) is not None:
            values[name] = timeline.moment(values[name], field=name)
    if "title" in values:
        values["title"] = timeline.title(values["title"])
    if "text" in values:
        values["text"] = timeline.text(values["text"])
    return values
