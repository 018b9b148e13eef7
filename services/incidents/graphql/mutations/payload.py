"""The payload of mutations that change one incident."""

from collections.abc import Awaitable

import strawberry

from chassis.errors import Refusal
from chassis.graphql.refusals import UserError, user_error
from services.incidents.graphql.types.incident import Incident
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.versions import StaleIncident


@strawberry.type(description="What came of a change to an incident.")
class IncidentPayload:
    incident: Incident | None = strawberry.field(
        description="The incident after the change; on CONFLICT as it is now; null when it is not there for you."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


async def incident_payload(change: Awaitable[IncidentRow]) -> IncidentPayload:
    try:
        return IncidentPayload(incident=Incident.from_row(await change), errors=[])
    except Refusal as refusal:
        return IncidentPayload(incident=current(refusal), errors=[user_error(refusal)])


def current(refusal: Refusal) -> Incident | None:
    """What a caller with a stale version needs to go on."""
    return Incident.from_row(refusal.current) if isinstance(refusal, StaleIncident) else None
