"""The payload of mutations that change one group."""

from collections.abc import Awaitable, Sequence

import strawberry

from chassis.errors import Refusal
from chassis.graphql.inputs import Reference, to_key
from chassis.graphql.refusals import UserError, user_error
from chassis.identifiers import Key
from services.access.graphql.types.group import Group
from services.access.persistence.rows import GroupRow
from services.access.usecases.versions import current


@strawberry.type(description="What came of a change to a group.")
class GroupPayload:
    group: Group | None = strawberry.field(
        description="The group after the change; on CONFLICT of versions as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


async def group_payload(change: Awaitable[GroupRow]) -> GroupPayload:
    try:
        return GroupPayload(group=Group.from_row(await change), errors=[])
    except Refusal as refusal:
        return GroupPayload(group=current(refusal, GroupRow, Group.from_row), errors=[user_error(refusal)])


def to_keys(references: Sequence[Reference], field: str) -> list[Key]:
    """Raises Invalid."""
    return [to_key(each, field) for each in references]
