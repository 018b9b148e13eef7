"""Editing an incident."""

from typing import Annotated, TypeAlias

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, given, to_uuid
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.domain.details import RULES
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.mutations.payload import IncidentPayload, incident_payload
from services.incidents.graphql.types.inputs import IncidentDetails, to_details, to_precisions, to_relations
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.edit_incident import EditIncident, edit_incident
from services.incidents.usecases.relations import directory_keys, unit_keys, user_ids

_NAMES = frozenset(RULES)


@strawberry.input(description="Changes to an incident; what is left out stays as it is.")
class EditIncidentInput(IncidentDetails):
    id: strawberry.ID = strawberry.field(description="The incident.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    title: str | None = strawberry.field(default=strawberry.UNSET, description="What happened, 3 to 200 characters.")


Edit: TypeAlias = Annotated[EditIncidentInput, strawberry.argument(description="Which incident, and its new values.")]


@strawberry.type
class EditIncidentMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.EDIT)],
        description=described(
            "Changes fields of an incident.",
            rights="incident.edit in its company; restricted: members or incident.view_restricted.",
        ),
    )
    async def edit_incident(self, info: Info, input: Edit) -> IncidentPayload | None:
        return await incident_payload(_edit(input, info.context))


async def _edit(source: EditIncidentInput, context: Context) -> IncidentRow:
    fields = given(source)
    command = EditIncident(
        incident_id=to_uuid(source.id, "id"),
        expected_version=source.expected_version,
        details=to_details(fields, _NAMES),
        relations=to_relations(fields),
        precisions=to_precisions(fields),
    )
    await context.projections.ensure(
        context.actor,
        entries=set(directory_keys(command.relations)),
        users=set(user_ids(command.relations)),
        units=set(unit_keys(command.relations)),
    )
    async with context.work() as work:
        return await edit_incident(command, work)
