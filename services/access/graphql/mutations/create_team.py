"""Creating a team."""

from typing import Annotated

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import Reference, to_key, to_uuids
from chassis.graphql.rights import described
from services.access.domain import permissions
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.team_payload import TeamPayload, team_payload
from services.access.persistence.rows import TeamRow
from services.access.usecases.create_team import CreateTeam, create_team


@strawberry.input(description="A new team.")
class CreateTeamInput:
    company: Reference = strawberry.field(description="The company it is part of.")
    name: str = strawberry.field(description="Its name, 1 to 200 characters.")
    members: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Its members, at most 200; each holds some right in the company."
    )


@strawberry.type
class CreateTeamMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Creates a team of a company that you manage.",
            rights="access.manage in the company; members hold some right there.",
        ),
    )
    async def create_team(
        self, info: Info, input: Annotated[CreateTeamInput, strawberry.argument(description="The new team.")]
    ) -> TeamPayload | None:
        return await team_payload(_create(input, info.context))


async def _create(source: CreateTeamInput, context: Context) -> TeamRow:
    command = CreateTeam(
        company=to_key(source.company, "company"),
        name=source.name,
        members=to_uuids(source.members, "members"),
    )
    async with context.work() as work:
        return await create_team(command, work)
