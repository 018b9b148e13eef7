"""Changing a group."""

from typing import Annotated

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, Reference, to_uuid, to_uuids
from chassis.graphql.rights import described
from services.access.domain import permissions
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.group_payload import GroupPayload, group_payload, to_keys
from services.access.persistence.rows import GroupRow
from services.access.usecases.edit_group import EditGroup, edit_group


@strawberry.input(description="Changes to a group; what is left out stays as it is.")
class EditGroupInput:
    id: strawberry.ID = strawberry.field(description="The group.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: str | None = strawberry.field(default=None, description="A new name.")
    shows_module_link: bool | None = strawberry.field(
        default=None, description="Whether its members see the module on their home page."
    )
    every_company: bool | None = strawberry.field(
        default=None, description="Whether it holds in every company; no longer: give `addCompanies` as well."
    )
    add_permissions: list[str] = strawberry.field(default_factory=list, description="Permissions to add.")
    remove_permissions: list[str] = strawberry.field(default_factory=list, description="Permissions to take away.")
    add_companies: list[Reference] = strawberry.field(default_factory=list, description="Companies to add.")
    remove_companies: list[Reference] = strawberry.field(default_factory=list, description="Companies to take away.")
    add_members: list[strawberry.ID] = strawberry.field(default_factory=list, description="Users to add.")
    remove_members: list[strawberry.ID] = strawberry.field(default_factory=list, description="Users to take away.")


@strawberry.type
class EditGroupMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Changes a group in all of whose companies you manage access.",
            rights="access.manage in all its companies, before and after, and in them whatever its members gain.",
        ),
    )
    async def edit_group(
        self, info: Info, input: Annotated[EditGroupInput, strawberry.argument(description="What shall be otherwise.")]
    ) -> GroupPayload | None:
        return await group_payload(_edit(input, info.context))


async def _edit(source: EditGroupInput, context: Context) -> GroupRow:
    command = EditGroup(
        group_id=to_uuid(source.id, "id"),
        expected_version=source.expected_version,
        name=source.name,
        shows_module_link=source.shows_module_link,
        every_company=source.every_company,
        add_permissions=source.add_permissions,
        remove_permissions=source.remove_permissions,
        add_companies=to_keys(source.add_companies, "add_companies"),
        remove_companies=to_keys(source.remove_companies, "remove_companies"),
        add_members=to_uuids(source.add_members, "add_members"),
        remove_members=to_uuids(source.remove_members, "remove_members"),
    )
    async with context.work() as work:
        return await edit_group(command, work)
