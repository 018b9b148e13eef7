"""Putting a directory into another order."""

from typing import Annotated
from uuid import UUID

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import Reference, to_uuid, to_uuids
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.directories.domain import permissions
from services.directories.domain.entries import Kind
from services.directories.graphql.context import Context, Info
from services.directories.graphql.types.entries import DirectoryEntry, shown
from services.directories.graphql.types.enums import KindType
from services.directories.usecases.reorder_entries import ReorderEntries, reorder_entries


@strawberry.input(description="A directory in its new order.")
class ReorderDirectoryInput:
    kind: KindType = strawberry.field(description="The directory.")
    ids: list[strawberry.ID] = strawberry.field(
        description="All its entries in their new order, also those that can no longer be chosen, each once; without "
        "those that were merged."
    )
    company: Reference | None = strawberry.field(
        default=None, description="The company whose own entries they are; left out, those that every company has."
    )
    parent_id: strawberry.ID | None = strawberry.field(
        default=None, description="Only the entries below this one, for instance the types of one class."
    )


@strawberry.type(description="What came of putting a directory into another order.")
class ReorderDirectoryPayload:
    entries: list[DirectoryEntry] | None = strawberry.field(
        description="The entries in their new order; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


NewOrder = Annotated[ReorderDirectoryInput, strawberry.argument(description="The new order.")]


@strawberry.type
class ReorderDirectoryMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Puts a whole directory into another order at once; that of everybody takes the permission in every "
            "company.",
            rights="directory.manage in every company; for entries of one company, in that company.",
        ),
    )
    async def reorder_directory(self, info: Info, input: NewOrder) -> ReorderDirectoryPayload | None:
        try:
            ids = await _reorder(input, info.context)
        except Refusal as refusal:
            return ReorderDirectoryPayload(entries=None, errors=[user_error(refusal)])
        here = (await info.context.directory()).by_id
        return ReorderDirectoryPayload(entries=[shown(here[each]) for each in ids if each in here], errors=[])


async def _reorder(source: ReorderDirectoryInput, context: Context) -> list[UUID]:
    command = ReorderEntries(
        kind=Kind[source.kind.name],
        ids=to_uuids(source.ids, "ids"),
        company=await context.company(source.company),
        parent=None if source.parent_id is None else to_uuid(source.parent_id, "parent_id"),
    )
    async with context.work() as work:
        await reorder_entries(command, work)
    return list(command.ids)
