"""Which events other systems may follow, and who may see each kind of them.

A stream is what one right opens: whoever holds it in a company sees all of that company's stream, without gaps. What
happens to restricted incidents is a stream of its own, so that its numbers say nothing to those who may not see it.
Events that only services have a use for are in none of them: of sessions, of rights, of drafts of the guide, of who had
which file of the guide in hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID


class Stream(StrEnum):
    INCIDENTS = "incidents"  # incident.view in the company
    RESTRICTED = "restricted"  # the same, and incident.view_restricted, or being a member of the incident
    UNITS = "units"  # whoever sees departments, sites and teams of the company
    COMPANY = "company"  # whoever holds any permission in the company
    EVERYONE = "everyone"  # whoever is signed in; of no company


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """A type of event of one service. `incident` names the field of its data that tells the incident it is about."""

    source: str
    type: str
    stream: Stream
    incident: str | None = None

    def incident_of(self, data: Mapping[str, Any]) -> UUID | None:
        told = data.get(self.incident) if self.incident else None
        return None if told is None else UUID(str(told))

    def stream_of(self, company: UUID | None, *, restricted: bool) -> Stream:
        """What is of no company is everyone's."""
        if company is None:
            return Stream.EVERYONE
        return Stream.RESTRICTED if restricted else self.stream


def _of(source: str, stream: Stream, *types: str, incident: str | None = None) -> list[PublicEvent]:
    return [PublicEvent(source, f"{kind}.v1", stream, incident) for kind in types]


_ALL: Final = (
    *_of(
        "incidents",
        Stream.INCIDENTS,
        "incident.registered",
        "incident.updated",
        "incident.assigned",
        "incident.status_changed",
        "incident.visibility_changed",
        "incident.part_changed",
        "incident.part_overdue",
        "incident.disclosed",
        "incident.deleted",
        "incident.restored",
        "incident.purged",
        incident="incident_id",
    ),
    *_of(
        "files",
        Stream.INCIDENTS,
        "file.uploaded",
        "file.checked",
        "file.downloaded",
        "file.edited",
        "file.replaced",
        "file.deleted",
        "file.restored",
        "file.purged",
        incident="incident_id",
    ),
    *_of(
        "notifications",
        Stream.INCIDENTS,
        "notification.requested",
        "notification.sent",
        "notification.failed",
        incident="incident_id",
    ),
    *_of("notifications", Stream.COMPANY, "webhook.disabled"),
    *_of("access", Stream.UNITS, "department.changed", "site.changed", "team.changed"),
    *_of("access", Stream.COMPANY, "company.changed"),
    *_of("directories", Stream.COMPANY, "directory.entry_changed", "directory.entry_merged", "guide.published"),
    *_of("directories", Stream.EVERYONE, "directory.locale_changed"),
)
PUBLIC: Final[Mapping[tuple[str, str], PublicEvent]] = {(event.source, event.type): event for event in _ALL}
TYPES: Final = frozenset(event.type for event in _ALL)
INTERNAL: Final = frozenset(
    {"users.changed.v1", "grants.changed.v1", "session.ended.v1", "guide.page_changed.v1", "owned_file.changed.v1"}
)
