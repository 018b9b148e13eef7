"""Restoring deleted incidents, and holding incidents back from being purged."""

from typing import Annotated, TypeAlias

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.mutations.payload import IncidentPayload, incident_payload
from services.incidents.graphql.types.incident import Incident
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.hold_incident import HoldIncident, hold_incident
from services.incidents.usecases.restore_incident import RestoreIncident, restore_incident

_RIGHTS = "incident.delete in its company; restricted: members or incident.view_restricted."


@strawberry.input(description="The deleted incident to restore.")
class RestoreIncidentInput:
    id: strawberry.ID = strawberry.field(description="The incident.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.input(description="Which incident is held back from being purged, or is not any more.")
class HoldIncidentInput:
    id: strawberry.ID = strawberry.field(description="The incident, deleted or not.")
    held: bool = strawberry.field(description="Whether it is held from now on.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


Restoring: TypeAlias = Annotated[RestoreIncidentInput, strawberry.argument(description="What to restore.")]
Holding: TypeAlias = Annotated[HoldIncidentInput, strawberry.argument(description="What to hold, or to let go.")]


@strawberry.type(description="What came of holding an incident.")
class HoldIncidentPayload:
    incident: Incident | None = strawberry.field(description="The incident; null when it is deleted, or was refused.")
    held: bool | None = strawberry.field(description="Whether it is held now; null when it was refused.")
    version: int | None = strawberry.field(description="Its version now; null when it was refused.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class RestoreIncidentMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.DELETE)],
        description=described("Takes a deletion back: the incident is there again, as it was.", rights=_RIGHTS),
    )
    async def restore_incident(self, info: Info, input: Restoring) -> IncidentPayload | None:
        return await incident_payload(_restore(input, info.context))

    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.DELETE)],
        description=described(
            "Holds an incident back: it is not purged, however long ago it was deleted, until it is let go.",
            rights=_RIGHTS,
        ),
    )
    async def hold_incident(self, info: Info, input: Holding) -> HoldIncidentPayload | None:
        try:
            row = await _hold(input, info.context)
        except Refusal as refusal:
            return HoldIncidentPayload(incident=None, held=None, version=None, errors=[user_error(refusal)])
        shown = Incident.from_row(row) if row.deleted_at is None else None
        return HoldIncidentPayload(incident=shown, held=row.held, version=row.version, errors=[])


async def _restore(source: RestoreIncidentInput, context: Context) -> IncidentRow:
    command = RestoreIncident(incident_id=to_uuid(source.id, "id"), expected_version=source.expected_version)
    async with context.work() as work:
        return await restore_incident(command, work)


async def _hold(source: HoldIncidentInput, context: Context) -> IncidentRow:
    command = HoldIncident(
        incident_id=to_uuid(source.id, "id"), held=source.held, expected_version=source.expected_version
    )
    async with context.work() as work:
        return await hold_incident(command, work)
