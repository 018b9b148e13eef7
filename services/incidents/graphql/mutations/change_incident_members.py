"""Changing the members of a restricted incident."""

from typing import Annotated, TypeAlias

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid, to_uuids
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.mutations.payload import IncidentPayload, incident_payload
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.change_members import ChangeMembers, change_members


@strawberry.input(description="To whom a restricted incident is confided from now on, and to whom not any more.")
class ChangeIncidentMembersInput:
    id: strawberry.ID = strawberry.field(description="The incident.")
    add_members: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Users who may view the incidents of its company; 100 members at most."
    )
    remove_members: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="Members who shall not see it any more; neither the responsible person, nor yourself, nor the "
        "last one.",
    )
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


Confiding: TypeAlias = Annotated[
    ChangeIncidentMembersInput, strawberry.argument(description="Which incident, and its members.")
]


@strawberry.type
class ChangeIncidentMembersMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.EDIT)],
        description=described(
            "Adds members to a restricted incident, and takes members out.",
            rights="incident.edit in its company; restricted: members or incident.view_restricted.",
        ),
    )
    async def change_incident_members(self, info: Info, input: Confiding) -> IncidentPayload | None:
        return await incident_payload(_change(input, info.context))


async def _change(source: ChangeIncidentMembersInput, context: Context) -> IncidentRow:
    command = ChangeMembers(
        incident_id=to_uuid(source.id, "id"),
        add=to_uuids(source.add_members, "add_members"),
        remove=to_uuids(source.remove_members, "remove_members"),
        expected_version=source.expected_version,
    )
    await context.projections.ensure(context.actor, users=command.add)
    async with context.work() as work:
        return await change_members(command, work)
