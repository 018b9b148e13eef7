"""Changing a team."""

from typing import Annotated, Final

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid, to_uuids
from chassis.graphql.rights import described
from services.access.domain import permissions
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.team_payload import TeamPayload, team_payload
from services.access.graphql.mutations.values import new_values
from services.access.persistence.rows import TeamRow
from services.access.usecases.edit_team import EditTeam, edit_team

_KEPT: Final = ("name", "active")


@strawberry.input(description="Changes to a team; what is left out stays as it is.")
class EditTeamInput:
    id: strawberry.ID = strawberry.field(description="The team.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: str | None = strawberry.field(default=None, description="A new name, 1 to 200 characters.")
    add_members: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Users to add; each holds some right in the company."
    )
    remove_members: list[strawberry.ID] = strawberry.field(default_factory=list, description="Users to take away.")
    active: bool | None = strawberry.field(
        default=None, description="Whether it is in use; what is not can no longer be chosen."
    )


@strawberry.type
class EditTeamMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Changes a team, by adding and removing members too.",
            rights="access.manage in its company; members hold some right there.",
        ),
    )
    async def edit_team(
        self, info: Info, input: Annotated[EditTeamInput, strawberry.argument(description="What shall be otherwise.")]
    ) -> TeamPayload | None:
        return await team_payload(_edit(input, info.context))


async def _edit(source: EditTeamInput, context: Context) -> TeamRow:
    command = EditTeam(
        team_id=to_uuid(source.id, "id"),
        expected_version=source.expected_version,
        values=new_values(source, kept=_KEPT),
        add_members=to_uuids(source.add_members, "add_members"),
        remove_members=to_uuids(source.remove_members, "remove_members"),
    )
    async with context.work() as work:
        return await edit_team(command, work)
