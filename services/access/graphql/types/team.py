"""The team as callers see it."""

from typing import Self

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last
from chassis.graphql.loading import load_reference
from services.access.domain.permissions import MANAGE
from services.access.graphql.context import Info
from services.access.graphql.types.pages import page_by_name
from services.access.graphql.types.unit import Unit, common, page_of
from services.access.graphql.types.user import User
from services.access.persistence.rows import TeamRow, UserRow
from services.access.persistence.users import SeenUser


@strawberry.federation.type(keys=["id"], description="People of one company who may be responsible together.")
class Team(Unit):
    @strawberry.field(description="Its members who still hold some right in the company, by name.")
    async def members(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[User] | None:
        manages = info.context.actor.may(MANAGE, self.row.company_id)

        def shown(row: UserRow) -> User:
            return User.from_seen(SeenUser(row, in_detail=manages))

        return await page_of(
            Connection[User],
            info.context.units.team_members.where(),
            self.row.id,
            page_by_name(first, after, last, before),
            shown,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        row = await load_reference(info.context.units.teams, id)
        return None if row is None else cls.from_row(row)

    @classmethod
    def from_row(cls, row: TeamRow) -> Self:
        return cls(**common(row))
