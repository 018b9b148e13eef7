"""Who may see an event of the feed: the rule of the database's wall, for events that are handed on from memory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.access import Actor, Companies, union, within
from services.notifications.domain import permissions
from services.notifications.domain.public_events import Stream


@dataclass(frozen=True, slots=True)
class Confided:
    """What is known of the incident of an event: whether few may see it, and who they are."""

    restricted: bool
    member_ids: frozenset[UUID]


def sees_units(actor: Actor) -> Companies:
    """As `access` decides who sees departments, sites and teams."""
    return union(*(actor.companies(permission) for permission in permissions.SEE_UNITS))


_OPENS: Final[Mapping[Stream, Callable[[Actor], Companies]]] = {
    Stream.INCIDENTS: lambda actor: actor.companies(permissions.VIEW),
    Stream.RESTRICTED: lambda actor: actor.companies(permissions.VIEW),
    Stream.UNITS: sees_units,
    Stream.COMPANY: Actor.anywhere,
}


def sees(actor: Actor, stream: Stream, company: UUID | None, *, of_incident: bool, confided: Confided | None) -> bool:
    """`confided` is None for an incident that is nowhere any more, and where `of_incident` is False."""
    if company is None or stream is Stream.EVERYONE:
        return True
    if not within(_OPENS[stream](actor), company):
        return False
    if not of_incident:
        return True
    return confided is not None and _is_confided_to(actor, company, confided)


def _is_confided_to(actor: Actor, company: UUID, confided: Confided) -> bool:
    return not confided.restricted or actor.may(permissions.VIEW_RESTRICTED, company) or actor.id in confided.member_ids


def sees_number(actor: Actor, stream: Stream, company: UUID | None) -> bool:
    """A member of one restricted incident does not learn from its numbers how much happens to the others."""
    return stream is not Stream.RESTRICTED or (company is not None and actor.may(permissions.VIEW_RESTRICTED, company))
