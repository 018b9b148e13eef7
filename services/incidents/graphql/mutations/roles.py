"""Assigning and ending roles in incidents."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated, Final, TypeAlias

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, Reference, to_key, to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.domain.roles import Contact
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.mutations.payload import current_part
from services.incidents.graphql.types.roles import IncidentRoleAssignment
from services.incidents.persistence.role_rows import RoleRow
from services.incidents.usecases.assign_role import AssignRole, assign_role
from services.incidents.usecases.end_role import EndRole, end_role

_EDIT: Final = CompanyScope(permission=permissions.EDIT)
_RIGHTS: Final = "incident.edit in the incident's company; restricted: members or incident.view_restricted."


@strawberry.input(description="Somebody who is no user of the registry.")
class RoleContactInput:
    name: str = strawberry.field(description="Name, up to 300 characters.")
    email: str | None = strawberry.field(default=None, description="Mail address.")
    organization: str | None = strawberry.field(default=None, description="Whom the person works for.")


@strawberry.input(description="Who is to have a role in an incident: a user, or somebody from outside.")
class AssignIncidentRoleInput:
    incident_id: strawberry.ID = strawberry.field(description="The incident.")
    role: Reference = strawberry.field(description="The role; the lead becomes the responsible person.")
    user_id: strawberry.ID | None = strawberry.field(default=None, description="A user who may see the incident.")
    contact: RoleContactInput | None = strawberry.field(default=None, description="Somebody from outside.")
    begun_at: datetime | None = strawberry.field(
        default=None, description="Since when; left out, from now. The lead always changes now."
    )


@strawberry.input(description="Which role of whom has ended.")
class EndIncidentRoleInput:
    id: strawberry.ID = strawberry.field(description="The role assignment.")
    ended_at: datetime | None = strawberry.field(default=None, description="Since when; left out, from now.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


Assignment: TypeAlias = Annotated[AssignIncidentRoleInput, strawberry.argument(description="Who, and which role.")]
Ending: TypeAlias = Annotated[EndIncidentRoleInput, strawberry.argument(description="What has ended.")]


@strawberry.type(description="What came of a change to a role in an incident.")
class IncidentRolePayload:
    assignment: IncidentRoleAssignment | None = strawberry.field(
        description="The assignment after the change; on CONFLICT as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class RoleMutations:
    @strawberry.mutation(
        directives=[_EDIT],
        description=described(
            "Gives somebody a role in an incident. Of a role that one has at a time, the one before ends.",
            rights=_RIGHTS,
        ),
    )
    async def assign_incident_role(self, info: Info, input: Assignment) -> IncidentRolePayload | None:
        return await _payload(_assign(input, info.context))

    @strawberry.mutation(
        directives=[_EDIT],
        description=described("Ends somebody's role in an incident; that it was held stays readable.", rights=_RIGHTS),
    )
    async def end_incident_role(self, info: Info, input: Ending) -> IncidentRolePayload | None:
        return await _payload(_end(input, info.context))


async def _assign(source: AssignIncidentRoleInput, context: Context) -> RoleRow:
    given = source.contact
    command = AssignRole(
        incident_id=to_uuid(source.incident_id, "incident_id"),
        role=to_key(source.role, "role"),
        user_id=None if source.user_id is None else to_uuid(source.user_id, "user_id"),
        contact=None if given is None else Contact(name=given.name, email=given.email, organization=given.organization),
        begun_at=source.begun_at,
    )
    users = () if command.user_id is None else (command.user_id,)
    await context.projections.ensure(context.actor, entries=[command.role], users=users)
    async with context.work() as work:
        return await assign_role(command, work)


async def _end(source: EndIncidentRoleInput, context: Context) -> RoleRow:
    command = EndRole(
        assignment_id=to_uuid(source.id, "id"), ended_at=source.ended_at, expected_version=source.expected_version
    )
    async with context.work() as work:
        return await end_role(command, work)


async def _payload(change: Awaitable[RoleRow]) -> IncidentRolePayload:
    try:
        return IncidentRolePayload(assignment=IncidentRoleAssignment.from_row(await change), errors=[])
    except Refusal as refusal:
        return IncidentRolePayload(
            assignment=current_part(refusal, RoleRow, IncidentRoleAssignment.from_row), errors=[user_error(refusal)]
        )
