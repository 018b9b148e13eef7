"""The payload of mutations that change one user."""

from collections.abc import Awaitable

import strawberry

from chassis.errors import Refusal
from chassis.graphql.refusals import UserError, user_error
from services.access.graphql.types.user import User
from services.access.persistence.rows import UserRow
from services.access.persistence.users import SeenUser
from services.access.usecases.versions import current


@strawberry.type(description="What came of a change to a user.")
class UserPayload:
    user: User | None = strawberry.field(
        description="The user after the change; on CONFLICT of versions as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


async def user_payload(change: Awaitable[UserRow]) -> UserPayload:
    try:
        return UserPayload(user=to_user(await change), errors=[])
    except Refusal as refusal:
        return UserPayload(user=current(refusal, UserRow, to_user), errors=[user_error(refusal)])


def to_user(row: UserRow) -> User:
    """In detail: whoever may change a user may know it."""
    return User.from_seen(SeenUser(row, in_detail=True))
