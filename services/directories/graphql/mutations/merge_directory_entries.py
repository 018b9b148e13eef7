"""Merging an entry into another one."""

from typing import Annotated
from uuid import UUID

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.directories.domain import permissions
from services.directories.graphql.context import Context, Info
from services.directories.graphql.mutations.payload import DirectoryEntryPayload, entry_payload
from services.directories.usecases.merge_entries import MergeEntries, merge_entries


@strawberry.input(description="An entry that shall be read as another one from now on.")
class MergeDirectoryEntriesInput:
    id: strawberry.ID = strawberry.field(description="The entry that goes; its code is never used again.")
    expected_version: int = strawberry.field(description="Its version you have seen; another one now is a CONFLICT.")
    into_id: strawberry.ID = strawberry.field(description="The entry that stays, of the same directory.")


Merging = Annotated[MergeDirectoryEntriesInput, strawberry.argument(description="What into what.")]


@strawberry.type
class MergeDirectoryEntriesMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Merges an entry into another one: whatever has it is shown as having the other one, at once, and "
            "incidents are given that within seconds. It cannot be undone. Histories keep the old one with its code.",
            rights="directory.manage in every company; for entries of one company, in that company.",
        ),
    )
    async def merge_directory_entries(self, info: Info, input: Merging) -> DirectoryEntryPayload | None:
        return await entry_payload(_merge(input, info.context), info.context)


async def _merge(source: MergeDirectoryEntriesInput, context: Context) -> UUID:
    command = MergeEntries(
        entry_id=to_uuid(source.id, "id"),
        into_id=to_uuid(source.into_id, "into_id"),
        expected_version=source.expected_version,
    )
    async with context.work() as work:
        return await merge_entries(command, work)
