"""Changing an entry of a directory."""

from typing import Annotated
from uuid import UUID

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid
from chassis.graphql.rights import described
from services.directories.domain import permissions
from services.directories.graphql.context import Context, Info
from services.directories.graphql.mutations.payload import DirectoryEntryPayload, entry_payload
from services.directories.graphql.types.inputs import EntryDetails, to_fields, to_texts
from services.directories.usecases.edit_entry import EditEntry, edit_entry


@strawberry.input(description="Changes to an entry; what is left out stays as it is.")
class EditDirectoryEntryInput(EntryDetails):
    id: strawberry.ID = strawberry.field(description="The entry.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    color: str | None = strawberry.field(default=strawberry.UNSET, description="Its colour, #RRGGBB.")


EntryChanges = Annotated[EditDirectoryEntryInput, strawberry.argument(description="What shall be otherwise.")]


@strawberry.type
class EditDirectoryEntryMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Changes an entry of a directory everywhere at once; one that everybody has takes the permission in every "
            "company.",
            rights="directory.manage in every company; for entries of one company, in that company.",
        ),
    )
    async def edit_directory_entry(self, info: Info, input: EntryChanges) -> DirectoryEntryPayload | None:
        return await entry_payload(_edit(input, info.context), info.context)


async def _edit(source: EditDirectoryEntryInput, context: Context) -> UUID:
    command = EditEntry(
        entry_id=to_uuid(source.id, "id"),
        expected_version=source.expected_version,
        fields=to_fields(source),
        texts=to_texts(source),
    )
    async with context.work() as work:
        return await edit_entry(command, work)
