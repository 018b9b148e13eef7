"""Adding an entry to a directory."""

from typing import Annotated
from uuid import UUID

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import Reference
from chassis.graphql.rights import described
from services.directories.domain import permissions
from services.directories.domain.entries import Kind
from services.directories.graphql.context import Context, Info
from services.directories.graphql.mutations.payload import DirectoryEntryPayload, entry_payload
from services.directories.graphql.types.enums import CategoryType, KindType
from services.directories.graphql.types.inputs import EntryDetails, to_fields, to_texts
from services.directories.usecases.create_entry import CreateEntry, create_entry


@strawberry.input(description="A new entry of a directory.")
class CreateDirectoryEntryInput(EntryDetails):
    kind: KindType = strawberry.field(description="The directory.")
    code: str = strawberry.field(description="Small letters, digits, hyphens and dots; it can never be changed.")
    company: Reference | None = strawberry.field(
        default=None, description="The company that is to have it alone; left out, every company has it."
    )
    color: str = strawberry.field(description="Its colour, #RRGGBB.")
    category: CategoryType | None = strawberry.field(
        default=strawberry.UNSET, description="Of a status: what it means for the registry; it can never be changed."
    )


NewEntry = Annotated[CreateDirectoryEntryInput, strawberry.argument(description="The new entry.")]


@strawberry.type
class CreateDirectoryEntryMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Adds an entry to a directory; for everybody it takes the permission in every company.",
            rights="directory.manage in every company; for entries of one company, in that company.",
        ),
    )
    async def create_directory_entry(self, info: Info, input: NewEntry) -> DirectoryEntryPayload | None:
        return await entry_payload(_create(input, info.context), info.context)


async def _create(source: CreateDirectoryEntryInput, context: Context) -> UUID:
    command = CreateEntry(
        kind=Kind[source.kind.name],
        code=source.code,
        company=await context.company(source.company),
        fields=to_fields(source),
        texts=to_texts(source),
    )
    async with context.work() as work:
        return await create_entry(command, work)
