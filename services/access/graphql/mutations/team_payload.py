"""The payload of mutations that change one team."""

from collections.abc import Awaitable

import strawberry

from chassis.errors import Refusal
from chassis.graphql.refusals import UserError, user_error
from services.access.graphql.types.team import Team
from services.access.persistence.rows import TeamRow
from services.access.usecases.versions import current


@strawberry.type(description="What came of a change to a team.")
class TeamPayload:
    team: Team | None = strawberry.field(
        description="The team after the change; on CONFLICT of versions as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


async def team_payload(change: Awaitable[TeamRow]) -> TeamPayload:
    try:
        return TeamPayload(team=Team.from_row(await change), errors=[])
    except Refusal as refusal:
        now = current(refusal, TeamRow, Team.from_row)
        return TeamPayload(team=now, errors=[user_error(refusal)])
