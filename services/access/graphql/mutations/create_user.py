"""Creating a user."""

from typing import Annotated

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.access.domain import passwords, permissions
from services.access.graphql.context import Context, Info
from services.access.graphql.types.user import User
from services.access.persistence.rows import UserRow
from services.access.persistence.users import SeenUser
from services.access.usecases.create_user import CreateUser, create_user


@strawberry.input(description="A new user. Rights are given by making the user a member of groups.")
class CreateUserInput:
    email: str = strawberry.field(description="Mail address, by which the user signs in; no two users have the same.")
    name: str = strawberry.field(description="The name to show, 1 to 200 characters.")
    locale: str | None = strawberry.field(default=None, description="A language tag such as de-AT; left out, en.")
    password: str | None = strawberry.field(
        default=None,
        description="12 to 200 characters, to be changed at the first sign-in, within 72 hours; without one the user "
        "can only use API keys.",
    )
    service_account: bool = strawberry.field(default=False, description="Whether it is a program; it has no password.")


@strawberry.type(description="What came of it.")
class CreateUserPayload:
    user: User | None = strawberry.field(description="The user; null when it was refused.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class CreateUserMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Creates a user, who may do nothing until a group says so.", rights="access.manage in some company."
        ),
    )
    async def create_user(
        self, info: Info, input: Annotated[CreateUserInput, strawberry.argument(description="The new user.")]
    ) -> CreateUserPayload | None:
        try:
            row = await _create(input, info.context)
        except Refusal as refusal:
            return CreateUserPayload(user=None, errors=[user_error(refusal)])
        return CreateUserPayload(user=User.from_seen(SeenUser(row, in_detail=True)), errors=[])


async def _create(source: CreateUserInput, context: Context) -> UserRow:
    """The password is hashed before the transaction begins: it takes long."""
    hashed = None
    if source.password is not None and context.actor.holds(permissions.MANAGE):
        good = passwords.check(source.password, source.name, source.email)
        hashed = await context.passwords.hash(good)
    command = CreateUser(
        email=source.email,
        name=source.name,
        locale=source.locale,
        password_hash=hashed,
        good_once=hashed is not None,
        service_account=source.service_account,
    )
    async with context.work() as work:
        return await create_user(command, work)
