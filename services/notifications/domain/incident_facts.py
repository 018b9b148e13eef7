"""An incident as its owner tells of it at this moment, who sees it, and what of it may stand in a mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from chassis.access import EVERY_COMPANY, Actor
from services.notifications.domain import permissions
from services.notifications.domain.messages import Reason
from services.notifications.domain.people import Person

ENTRIES: Final = ("status_id", "severity_id", "type_id", "classification_id")
_RED: Final = "RED"
_STRICT: Final = "AMBER_STRICT"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFacts:
    """`entries` are the ids of its directory entries by the names of ENTRIES."""

    id: UUID
    company_id: UUID
    reference: str
    title: str
    tlp: str
    restricted: bool
    member_ids: frozenset[UUID]
    deleted: bool
    registered_at: datetime
    entries: Mapping[str, UUID]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Raises LookupError, TypeError or ValueError for what describes no incident."""
        return cls(
            id=UUID(told["id"]),
            company_id=UUID(told["company_id"]),
            reference=told["reference"],
            title=told["title"],
            tlp=told["tlp"],
            restricted=told["restricted"],
            member_ids=frozenset(map(UUID, told["member_ids"])),
            deleted=told["deleted"],
            registered_at=datetime.fromisoformat(told["registered_at"]),
            entries={name: UUID(told[name]) for name in ENTRIES if told[name] is not None},
        )

    @property
    def may_be_named(self) -> bool:
        """Whether its title may stand in a mail, which passes machines of others on its way."""
        return self.tlp != _RED and not self.restricted


def sees(actor: Actor, incident: IncidentFacts) -> bool:
    """As the incidents service itself decides."""
    if incident.deleted or not actor.may(permissions.VIEW, incident.company_id):
        return False
    may_see_all = actor.may(permissions.VIEW_RESTRICTED, incident.company_id)
    return not incident.restricted or may_see_all or actor.id in incident.member_ids


def hindrance(person: Person | None, incident: IncidentFacts | None) -> Reason | None:
    """Why `person` may not be sent anything about `incident` now; None where nothing hinders."""
    if person is None or not person.active:
        return Reason.RECIPIENT_INACTIVE
    if incident is None or not sees(person.actor, incident):
        return Reason.NO_RIGHT
    return None


def is_red(incident: IncidentFacts) -> bool:
    return incident.tlp == _RED


def marked_against(person: Person, incident: IncidentFacts) -> bool:
    """Whether the marking keeps what somebody wrote about it from `person`.

    RED is for those in the room. AMBER_STRICT stays within the company: with those whose right names it, and not with
    those who look after every company.
    """
    if incident.tlp == _STRICT:
        return person.actor.companies(permissions.VIEW) is EVERY_COMPANY
    return is_red(incident)
