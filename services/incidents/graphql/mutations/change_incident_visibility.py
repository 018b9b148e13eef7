"""Restricting an incident to its members, or opening it again."""

from typing import Annotated, TypeAlias

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid, to_uuids
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.domain.visibility import Visibility
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.mutations.payload import IncidentPayload, incident_payload
from services.incidents.graphql.types.enums import Audience
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.change_visibility import ChangeVisibility, change_visibility


@strawberry.input(description="Who shall see an incident.")
class ChangeIncidentVisibilityInput:
    id: strawberry.ID = strawberry.field(description="The incident.")
    visibility: Audience = strawberry.field(description="Who shall see it within its company.")
    member_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="With RESTRICTED: to whom it is confided, beside you and the responsible person.",
    )
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


Showing: TypeAlias = Annotated[
    ChangeIncidentVisibilityInput, strawberry.argument(description="Which incident, and who shall see it.")
]


@strawberry.type
class ChangeIncidentVisibilityMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.EDIT)],
        description=described(
            "Restricts an incident to its members, you among them, or opens it, with its history, to its "
            "company again, and then it has no members.",
            rights="incident.edit in its company; restricted: members or incident.view_restricted.",
        ),
    )
    async def change_incident_visibility(self, info: Info, input: Showing) -> IncidentPayload | None:
        return await incident_payload(_change(input, info.context))


async def _change(source: ChangeIncidentVisibilityInput, context: Context) -> IncidentRow:
    command = ChangeVisibility(
        incident_id=to_uuid(source.id, "id"),
        visibility=Visibility[source.visibility.name],
        members=to_uuids(source.member_ids, "member_ids"),
        expected_version=source.expected_version,
    )
    await context.projections.ensure(context.actor, users=command.members)
    async with context.work() as work:
        return await change_visibility(command, work)
