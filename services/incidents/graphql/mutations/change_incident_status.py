"""Moving an incident to another status."""

from typing import Annotated, TypeAlias

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, Reference, to_key, to_uuid
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.mutations.payload import IncidentPayload, incident_payload
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.change_status import ChangeStatus, change_status


@strawberry.input(description="Where an incident shall stand.")
class ChangeIncidentStatusInput:
    id: strawberry.ID = strawberry.field(description="The incident.")
    status: Reference = strawberry.field(description="The new status.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


Move: TypeAlias = Annotated[ChangeIncidentStatusInput, strawberry.argument(description="Which incident, and where to.")]


@strawberry.type
class ChangeIncidentStatusMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.VIEW)],
        description=described(
            "Moves an incident to another status; closing and reopening take their own permissions.",
            rights="incident.edit in its company; into a final status incident.close, out of one incident.reopen; "
            "restricted: members or incident.view_restricted.",
        ),
    )
    async def change_incident_status(self, info: Info, input: Move) -> IncidentPayload | None:
        return await incident_payload(_change(input, info.context))


async def _change(source: ChangeIncidentStatusInput, context: Context) -> IncidentRow:
    command = ChangeStatus(
        incident_id=to_uuid(source.id, "id"),
        status=to_key(source.status, "status"),
        expected_version=source.expected_version,
    )
    await context.projections.ensure(context.actor, entries=[command.status])
    async with context.work() as work:
        return await change_status(command, work)
