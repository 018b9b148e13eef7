"""The payload of mutations that change one incident."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import strawberry

from chassis.errors import Refusal
from chassis.graphql.refusals import UserError, user_error
from services.incidents.domain.gates import Incomplete
from services.incidents.graphql.types.change import FieldConflict
from services.incidents.graphql.types.incident import Incident
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.edit_incident import StaleEdit
from services.incidents.usecases.versions import StaleIncident

R = TypeVar("R")
T = TypeVar("T")


@strawberry.type(description="What came of a change to an incident.")
class IncidentPayload:
    incident: Incident | None = strawberry.field(
        description="The incident after the change; on CONFLICT as it is now; null when it is not there for you."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")
    conflicts: list[FieldConflict] = strawberry.field(
        default_factory=list, description="On CONFLICT of an edit the fields that you want otherwise than they are now."
    )


async def incident_payload(change: Awaitable[IncidentRow]) -> IncidentPayload:
    try:
        return IncidentPayload(incident=Incident.from_row(await change), errors=[])
    except Refusal as refusal:
        return IncidentPayload(incident=current(refusal), errors=reasons(refusal), conflicts=conflicts_of(refusal))


def conflicts_of(refusal: Refusal) -> list[FieldConflict]:
    if not isinstance(refusal, StaleEdit):
        return []
    return [FieldConflict.of(name, *both) for name, both in refusal.conflicts.items()]


def reasons(refusal: Refusal) -> list[UserError]:
    """One for each thing that is lacking, where that is why."""
    return [user_error(each) for each in (refusal.reasons if isinstance(refusal, Incomplete) else [refusal])]


def current(refusal: Refusal) -> Incident | None:
    """What a caller with a stale version needs to go on."""
    return Incident.from_row(refusal.current) if isinstance(refusal, StaleIncident) else None


def current_part(refusal: Refusal, table: type[R], shown: Callable[[R], T]) -> T | None:
    """What a caller with a stale version of a part, or without knowing that it is there, needs to go on."""
    current = getattr(refusal, "current", None)
    return shown(current) if isinstance(current, table) else None
