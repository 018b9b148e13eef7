"""Deleting a group."""

from typing import Annotated

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.access.domain import permissions
from services.access.graphql.context import Context, Info
from services.access.graphql.types.group import Group
from services.access.persistence.rows import GroupRow
from services.access.usecases.delete_group import DeleteGroup, delete_group
from services.access.usecases.versions import current


@strawberry.input(description="The group to delete.")
class DeleteGroupInput:
    id: strawberry.ID = strawberry.field(description="The group.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.type(description="What came of it.")
class DeleteGroupPayload:
    group: Group | None = strawberry.field(
        description="The group that was, without companies and members; on CONFLICT of versions as it is now; null "
        "when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class DeleteGroupMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Deletes a group in all of whose companies you manage access; its members lose what it gave.",
            rights="access.manage in all its companies.",
        ),
    )
    async def delete_group(
        self, info: Info, input: Annotated[DeleteGroupInput, strawberry.argument(description="Which group.")]
    ) -> DeleteGroupPayload | None:
        try:
            row = await _delete(input, info.context)
        except Refusal as refusal:
            now = current(refusal, GroupRow, Group.from_row)
            return DeleteGroupPayload(group=now, errors=[user_error(refusal)])
        return DeleteGroupPayload(group=Group.from_row(row), errors=[])


async def _delete(source: DeleteGroupInput, context: Context) -> GroupRow:
    command = DeleteGroup(group_id=to_uuid(source.id, "id"), expected_version=source.expected_version)
    async with context.work() as work:
        return await delete_group(command, work)
