"""Giving a user another password."""

from typing import Annotated

import strawberry

from chassis.errors import Denied, Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.access.domain import passwords, permissions
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.user_payload import to_user
from services.access.graphql.types.user import User
from services.access.persistence.rows import UserRow
from services.access.usecases.reset_password import ResetPassword, reset_password
from services.access.usecases.versions import current


@strawberry.input(description="Whose password to reset, and to what.")
class ResetPasswordInput:
    id: strawberry.ID = strawberry.field(description="The user: a person in your care, and not yourself.")
    password: str | None = strawberry.field(
        default=None, description="The password to give, 12 to 200 characters; left out, one is made by chance."
    )
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.type(description="What came of it.")
class ResetPasswordPayload:
    user: User | None = strawberry.field(
        description="The user; on CONFLICT of versions as it is now; null when it was refused."
    )
    secret: str | None = strawberry.field(
        description="The password, if one was made: for the user to choose another one with, within 72 hours. "
        "It is not shown again."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class ResetPasswordMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Gives a user, all of whose rights you hold, a password that must be changed at the first sign-in. "
            "Ends the user's sessions.",
            rights="access.manage, and every right that the user holds in whatever company.",
        ),
    )
    async def reset_password(
        self, info: Info, input: Annotated[ResetPasswordInput, strawberry.argument(description="Whose, and to what.")]
    ) -> ResetPasswordPayload | None:
        secret = passwords.new_once() if input.password is None else None
        try:
            row = await _reset(input, secret, info.context)
        except Refusal as refusal:
            now = current(refusal, UserRow, to_user)
            return ResetPasswordPayload(user=now, secret=None, errors=[user_error(refusal)])
        return ResetPasswordPayload(user=to_user(row), secret=secret, errors=[])


async def _reset(source: ResetPasswordInput, secret: str | None, context: Context) -> UserRow:
    """The password is hashed before the transaction begins: it takes long."""
    if not context.actor.holds(permissions.MANAGE):
        raise Denied(permissions.MANAGE, field=("id",))
    user_id = to_uuid(source.id, "id")
    given = secret if source.password is None else passwords.check(source.password)
    command = ResetPassword(
        user_id=user_id,
        password_hash=await context.passwords.hash(given or ""),
        given=source.password,
        expected_version=source.expected_version,
    )
    async with context.work() as work:
        return await reset_password(command, work)
