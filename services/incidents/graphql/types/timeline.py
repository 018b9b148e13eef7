"""The timeline of an incident as callers see it."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Self

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last
from services.incidents.domain.timeline import TimelineKind
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.comment import CommentAudienceType
from services.incidents.graphql.types.enums import Moment
from services.incidents.graphql.types.moments import IncidentTimestamp, moments_of
from services.incidents.graphql.types.others import IncidentStatus, User, stub
from services.incidents.graphql.types.pages import page_of_timeline
from services.incidents.persistence.rows import ChangeRow, IncidentRow
from services.incidents.persistence.timeline_rows import TimelineRow
from services.incidents.persistence.timelines import Happening


@strawberry.enum(name="TimelineKind", description="What stands in a timeline.")
class TimelineItemKind(Enum):
    MANUAL = strawberry.enum_value("MANUAL", description="Somebody wrote it.")
    IMPORTED = strawberry.enum_value("IMPORTED", description="It was written somewhere else and brought along.")
    REGISTERED = strawberry.enum_value("REGISTERED", description="The incident was registered.")
    STATUS_CHANGED = strawberry.enum_value("STATUS_CHANGED", description="The incident moved to another status.")
    TIMESTAMP = strawberry.enum_value("TIMESTAMP", description="A moment of the incident: it began, was contained, ...")


@strawberry.enum(description="Which end of a timeline comes first.")
class TimelineOrder(Enum):
    OLDEST_FIRST = strawberry.enum_value("OLDEST_FIRST", description="As it happened.")
    NEWEST_FIRST = strawberry.enum_value("NEWEST_FIRST", description="The last thing first.")


@strawberry.type(description="What somebody wrote into the timeline of an incident.")
class IncidentTimelineEntry:
    id: strawberry.ID = strawberry.field(description="Its id.")
    at: datetime = strawberry.field(description="When it happened, or began.")
    until: datetime | None = strawberry.field(description="When it ended; null for a moment.")
    kind: TimelineItemKind = strawberry.field(description="MANUAL or IMPORTED.")
    title: str = strawberry.field(description="What happened, in a line.")
    text: str | None = strawberry.field(description="What happened, in full; Markdown.")
    pinned: bool = strawberry.field(description="Whether it is held up before the others.")
    in_report: bool = strawberry.field(description="Whether reports tell it.")
    audience: CommentAudienceType = strawberry.field(description="Whom it is written for.")
    author: User | None = strawberry.field(description="Who wrote it.")
    created_at: datetime = strawberry.field(description="When it was written.")
    edited_at: datetime | None = strawberry.field(description="When it was last edited.")
    version: int = strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")

    @classmethod
    def from_row(cls, row: TimelineRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            kind=TimelineItemKind[row.kind],
            audience=CommentAudienceType[row.audience],
            author=stub(User, row.created_by_id),
            **{name: getattr(row, name) for name in _AS_STORED},
        )


_AS_STORED = ("at", "until", "title", "text", "pinned", "in_report", "created_at", "edited_at", "version")


@strawberry.type(description="Something that happened: written by hand, or known to the registry itself.")
class IncidentTimelineItem:
    at: datetime = strawberry.field(description="When it happened.")
    kind: TimelineItemKind = strawberry.field(description="What it is; the field that tells it is not null.")
    actor: User | None = strawberry.field(description="Who wrote it, or did it.")
    entry: IncidentTimelineEntry | None = strawberry.field(description="What was written.")
    timestamp: IncidentTimestamp | None = strawberry.field(description="Which moment of the incident it is.")
    status: IncidentStatus | None = strawberry.field(description="The status it moved to.")
    status_before: IncidentStatus | None = strawberry.field(description="The status it left.")
    sequence: int | None = strawberry.field(description="The entry of the history that tells it.")

    @classmethod
    def of(cls, found: Happening, incident: IncidentRow) -> Self | None:
        """None for a moment that came or went between the look at the incident and the one at its timeline."""
        told = _told(found, incident)
        if told is None:
            return None
        known: dict[str, Any] = (
            dict.fromkeys(("actor", "entry", "timestamp", "status", "status_before", "sequence")) | told
        )
        return cls(at=found.at, kind=TimelineItemKind[found.kind.value], **known)


def _told(found: Happening, incident: IncidentRow) -> dict[str, Any] | None:
    if found.entry is not None:
        return {"entry": IncidentTimelineEntry.from_row(found.entry), "actor": stub(User, found.entry.created_by_id)}
    if found.change is not None:
        return _moved(found.change)
    if found.timestamp is None:
        return {"actor": stub(User, incident.registered_by_id), "sequence": 1}
    moment = next((each for each in moments_of(incident) if each.timestamp is Moment(found.timestamp.value)), None)
    return None if moment is None else {"timestamp": moment, "actor": moment.set_by}


def _moved(change: ChangeRow) -> dict[str, Any]:
    before, after = change.changes["status_id"]
    actor = None if change.actor_kind not in ("user", "service_account") else stub(User, change.actor_id)
    return {
        "actor": actor,
        "status": IncidentStatus(id=strawberry.ID(after)),
        "status_before": IncidentStatus(id=strawberry.ID(before)),
        "sequence": change.sequence,
    }


@strawberry.type
class TimelineOfIncident:
    row: strawberry.Private[IncidentRow]

    @strawberry.field(
        description="What happened when: what people wrote, and what the registry knows itself, in one list by time."
    )
    async def timeline(
        self,
        info: Info,
        kinds: Annotated[
            list[TimelineItemKind] | None, strawberry.argument(description="Only these; left out, all.")
        ] = None,
        order: Annotated[
            TimelineOrder, strawberry.argument(description="Which end comes first.")
        ] = TimelineOrder.OLDEST_FIRST,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[IncidentTimelineItem] | None:
        chosen = [*TimelineKind] if kinds is None else [TimelineKind[each.name] for each in kinds]
        loader = info.context.timelines.of(chosen, newest_first=order is TimelineOrder.NEWEST_FIRST)
        page, behind = page_of_timeline(
            first, after, f"TIMELINE {order.name} {' '.join(sorted(set(chosen)))}", last, before
        )
        found = await loader.page(self.row.id, page.first, behind)
        items = ((IncidentTimelineItem.of(each, self.row), each.sort_key) for each in found)
        nodes = [(item, place) for item, place in items if item is not None]
        return page.connection(Connection[IncidentTimelineItem], nodes, lambda: loader.count(self.row.id))
