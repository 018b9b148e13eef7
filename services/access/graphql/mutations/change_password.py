"""Choosing another password for oneself."""

from typing import Annotated

import strawberry

from chassis.errors import Invalid
from chassis.graphql.rights import described
from services.access.domain.passwords import LONGEST
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.user_payload import UserPayload, user_payload
from services.access.persistence.rows import UserRow
from services.access.usecases.change_password import ChangePassword, change_password, hash_new, prove_own_password
from services.access.usecases.sign_in import count_guess


@strawberry.input(description="Your password and the one you want.")
class ChangePasswordInput:
    current_password: str = strawberry.field(description="The password you have.")
    new_password: str = strawberry.field(description="The one you want, 12 to 200 characters.")
    expected_version: int | None = strawberry.field(
        default=None, description="The version of yourself that you have seen; another one now is a CONFLICT."
    )


@strawberry.type
class ChangePasswordMutation:
    @strawberry.federation.mutation(
        authenticated=True,
        description=described(
            "Changes your password, and ends all your sessions but this one.",
            rights="everybody for themselves, by the present password; not by a key that is limited.",
        ),
    )
    async def change_password(
        self, info: Info, input: Annotated[ChangePasswordInput, strawberry.argument(description="The old and the new.")]
    ) -> UserPayload | None:
        return await user_payload(_change(input, info.context))


async def _change(source: ChangePasswordInput, context: Context) -> UserRow:
    """A guess is counted before it is judged, as in signing in; hashes are made outside of transactions."""
    async with context.work() as work:
        user = await prove_own_password(work)
        await count_guess(user, work)
    if not await context.passwords.verify(user.password_hash, source.current_password[: LONGEST + 1]):
        raise Invalid("This is not your password.", field=("current_password",))
    new_hash = await hash_new(source.new_password, source.current_password, user, context.passwords)
    command = ChangePassword(
        user_id=user.id,
        old_hash=user.password_hash or "",
        new_hash=new_hash,
        expected_version=source.expected_version,
    )
    async with context.work() as work:
        return await change_password(command, work)
