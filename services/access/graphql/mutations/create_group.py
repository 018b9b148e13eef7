"""Creating a group."""

from typing import Annotated

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import Reference, to_uuids
from chassis.graphql.rights import described
from services.access.domain import permissions
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.group_payload import GroupPayload, group_payload, to_keys
from services.access.persistence.rows import GroupRow
from services.access.usecases.create_group import CreateGroup, create_group


@strawberry.input(description="A new group; give `companies` or `everyCompany`.")
class CreateGroupInput:
    name: str = strawberry.field(description="Its name, 1 to 200 characters.")
    permissions: list[str] = strawberry.field(description="Names of permissions that you hold yourself.")
    companies: list[Reference] = strawberry.field(
        default_factory=list, description="Where they hold; you manage access in all of them."
    )
    every_company: bool = strawberry.field(default=False, description="Whether they hold in every company.")
    members: list[strawberry.ID] = strawberry.field(default_factory=list, description="Users who have them.")
    shows_module_link: bool = strawberry.field(
        default=True, description="Whether its members see the module on their home page."
    )


@strawberry.type
class CreateGroupMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Creates a group. Nobody grants what they do not hold.",
            rights="access.manage in all its companies, and in them each permission that it gives.",
        ),
    )
    async def create_group(
        self, info: Info, input: Annotated[CreateGroupInput, strawberry.argument(description="The new group.")]
    ) -> GroupPayload | None:
        return await group_payload(_create(input, info.context))


async def _create(source: CreateGroupInput, context: Context) -> GroupRow:
    command = CreateGroup(
        name=source.name,
        permissions=source.permissions,
        companies=to_keys(source.companies, "companies"),
        every_company=source.every_company,
        members=to_uuids(source.members, "members"),
        shows_module_link=source.shows_module_link,
    )
    async with context.work() as work:
        return await create_group(command, work)
