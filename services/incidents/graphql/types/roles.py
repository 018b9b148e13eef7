"""Roles in incidents as callers see them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last
from services.incidents.domain.roles import LEAD
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.others import IncidentRole, User, stub
from services.incidents.graphql.types.pages import page_of_parts
from services.incidents.persistence.role_rows import RoleRow
from services.incidents.persistence.rows import IncidentRow


@strawberry.type(description="Somebody who is no user of the registry.")
class RoleContact:
    name: str = strawberry.field(description="Name.")
    email: str | None = strawberry.field(description="Mail address.")
    organization: str | None = strawberry.field(description="Whom the person works for.")


@strawberry.type(description="That somebody has, or had, a role in the handling of an incident.")
class IncidentRoleAssignment:
    id: strawberry.ID = strawberry.field(description="Its id.")
    user: User | None = strawberry.field(description="Who has the role; null for somebody from outside.")
    contact: RoleContact | None = strawberry.field(description="Somebody from outside who has it.")
    begun_at: datetime = strawberry.field(description="Since when.")
    ended_at: datetime | None = strawberry.field(description="Until when; null while it lasts.")
    assigned_by: User | None = strawberry.field(description="Who assigned it.")
    ended_by: User | None = strawberry.field(description="Who ended it.")
    version: int = strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")

    row: strawberry.Private[RoleRow]

    @strawberry.field(description="The role; the lead is the same as `responsible` of the incident.")
    async def role(self, info: Info) -> IncidentRole | None:
        return stub(IncidentRole, self.row.role_id or await info.context.lead_role.load(LEAD))

    @classmethod
    def from_row(cls, row: RoleRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            user=stub(User, row.user_id),
            contact=_contact(row),
            begun_at=row.begun_at,
            ended_at=row.ended_at,
            assigned_by=stub(User, row.created_by_id),
            ended_by=stub(User, row.ended_by_id),
            version=row.version,
            row=row,
        )


def _contact(row: RoleRow) -> RoleContact | None:
    if row.contact_name is None:
        return None
    return RoleContact(name=row.contact_name, email=row.contact_email, organization=row.contact_organization)


@strawberry.type
class RolesOfIncident:
    row: strawberry.Private[IncidentRow]

    @strawberry.field(description="Who has, or had, which role in it, in the order in which they were assigned.")
    async def roles(
        self,
        info: Info,
        only_current: Annotated[bool, strawberry.argument(description="Only those that somebody has now.")] = False,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[IncidentRoleAssignment] | None:
        loader = info.context.roles[only_current]
        page, behind = page_of_parts(first, after, f"ROLES {only_current}", last, before)
        rows = await loader.page(self.row.id, page.first, behind)
        nodes = [(IncidentRoleAssignment.from_row(row), (row.id,)) for row in rows]
        return page.connection(Connection[IncidentRoleAssignment], nodes, lambda: loader.count(self.row.id))
