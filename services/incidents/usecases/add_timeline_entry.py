"""Writing into the timeline of an incident what happened when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from chassis.identifiers import uuid7
from services.incidents.domain import permissions, timeline
from services.incidents.domain.comments import CommentAudience
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.domain.timeline import WRITTEN, TimelineKind
from services.incidents.persistence.timeline_rows import TimelineRow
from services.incidents.usecases.parts import first_values, new_part_values, take, tell_part

TOLD = ("at", "until", "kind", "title", "text", "pinned", "in_report", "audience")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTimelineEntry:
    """`audience` is of whom it is written for, as with comments; `kind` one of those that are written."""

    incident_id: UUID
    at: datetime
    title: str
    until: datetime | None = None
    text: str | None = None
    kind: TimelineKind = TimelineKind.MANUAL
    pinned: bool = False
    in_report: bool = False
    audience: CommentAudience = CommentAudience.INTERNAL


async def add_timeline_entry(command: AddTimelineEntry, work: UnitOfWork) -> TimelineRow:
    """Raises NotFound, Denied or Invalid."""
    at = timeline.moment(command.at, field="at")
    until = None if command.until is None else timeline.moment(command.until, field="until")
    timeline.require_order(at, until)
    if command.kind not in WRITTEN:
        raise Invalid("This kind of entry the registry makes itself.", field=("kind",))
    title, text = timeline.title(command.title), timeline.text(command.text)
    incident = await take(command.incident_id, work, right=permissions.EDIT)
    await _require_room(incident.id, work)
    row = TimelineRow(
        **new_part_values(incident, uuid7(), work),
        at=at,
        until=until,
        kind=command.kind.value,
        title=title,
        text=text,
        pinned=command.pinned,
        in_report=command.in_report,
        audience=command.audience.value,
    )
    work.session.add(row)
    part = Part(PartType.TIMELINE_ENTRY, row.id)
    tell_part(incident, part, Operation.ADDED, first_values(row, *TOLD), work, right=permissions.EDIT)
    await work.session.flush()
    return row


async def _require_room(incident: UUID, work: UnitOfWork) -> None:
    """Raises Invalid."""
    there = select(func.count()).where(TimelineRow.incident_id == incident, TimelineRow.deleted_at.is_(None))
    if (await work.session.scalar(there) or 0) >= timeline.MOST_ENTRIES:
        raise Invalid(f"A timeline has at most {timeline.MOST_ENTRIES} written entries.", field=("incident_id",))
