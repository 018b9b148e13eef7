"""The payload of mutations that change one entry."""

from collections.abc import Awaitable
from uuid import UUID

import strawberry

from chassis.errors import Refusal
from chassis.graphql.refusals import UserError, user_error
from services.directories.graphql.context import Context
from services.directories.graphql.types.entries import DirectoryEntry, shown
from services.directories.usecases.versions import StaleEntry


@strawberry.type(description="What came of a change to a directory.")
class DirectoryEntryPayload:
    entry: DirectoryEntry | None = strawberry.field(
        description="The entry after the change; on CONFLICT of versions as it is now; null when it is not there."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


async def entry_payload(change: Awaitable[UUID], context: Context) -> DirectoryEntryPayload:
    try:
        return DirectoryEntryPayload(entry=await _entry(await change, context), errors=[])
    except StaleEntry as refusal:
        return DirectoryEntryPayload(entry=await _entry(refusal.entry_id, context), errors=[user_error(refusal)])
    except Refusal as refusal:
        return DirectoryEntryPayload(entry=None, errors=[user_error(refusal)])


async def _entry(entry_id: UUID, context: Context) -> DirectoryEntry | None:
    found = (await context.directory()).by_id.get(entry_id)
    return None if found is None else shown(found)
