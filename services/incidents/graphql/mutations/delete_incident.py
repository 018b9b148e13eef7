"""Deleting an incident."""

from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.mutations.payload import current
from services.incidents.graphql.types.incident import Incident
from services.incidents.usecases.delete_incident import DeleteIncident, delete_incident


@strawberry.input(description="The incident to delete.")
class DeleteIncidentInput:
    id: strawberry.ID = strawberry.field(description="The incident.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    reason: str | None = strawberry.field(default=None, description="Why, up to 2,000 characters.")


Deletion: TypeAlias = Annotated[DeleteIncidentInput, strawberry.argument(description="What to delete.")]


@strawberry.type(description="What came of a deletion.")
class DeleteIncidentPayload:
    deleted_id: strawberry.ID | None = strawberry.field(description="The incident that is gone; null when refused.")
    incident: Incident | None = strawberry.field(description="On CONFLICT the incident as it is now, else null.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class DeleteIncidentMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.DELETE)],
        description=described(
            "Deletes an incident for everybody. Until it is purged it can be restored; its reference is never reused.",
            rights="incident.delete in its company; restricted: members or incident.view_restricted.",
        ),
    )
    async def delete_incident(self, info: Info, input: Deletion) -> DeleteIncidentPayload | None:
        try:
            deleted = await _delete(input, info.context)
        except Refusal as refusal:
            return DeleteIncidentPayload(deleted_id=None, incident=current(refusal), errors=[user_error(refusal)])
        return DeleteIncidentPayload(deleted_id=strawberry.ID(str(deleted)), incident=None, errors=[])


async def _delete(source: DeleteIncidentInput, context: Context) -> UUID:
    command = DeleteIncident(
        incident_id=to_uuid(source.id, "id"), expected_version=source.expected_version, reason=source.reason
    )
    async with context.work() as work:
        return await delete_incident(command, work)
