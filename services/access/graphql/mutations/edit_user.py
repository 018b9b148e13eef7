"""Changing a user."""

from typing import Annotated

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid
from chassis.graphql.rights import described
from services.access.domain import permissions
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.user_payload import UserPayload, user_payload
from services.access.persistence.rows import UserRow
from services.access.usecases.edit_user import EditUser, edit_user


@strawberry.input(description="Changes to a user; what is left out stays as it is.")
class EditUserInput:
    id: strawberry.ID = strawberry.field(description="The user.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    email: str | None = strawberry.field(default=None, description="A new mail address, to sign in with.")
    name: str | None = strawberry.field(default=None, description="A new name, 1 to 200 characters.")
    locale: str | None = strawberry.field(default=None, description="A language tag such as de-AT.")
    active: bool | None = strawberry.field(
        default=None,
        description="Whether the user may sign in. False ends all sessions and API keys at once, for good.",
    )


@strawberry.type
class EditUserMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Changes a user in your care, all of whose rights you hold.",
            rights="access.manage, and every right that the user holds in whatever company.",
        ),
    )
    async def edit_user(
        self, info: Info, input: Annotated[EditUserInput, strawberry.argument(description="What shall be otherwise.")]
    ) -> UserPayload | None:
        return await user_payload(_edit(input, info.context))


async def _edit(source: EditUserInput, context: Context) -> UserRow:
    command = EditUser(
        user_id=to_uuid(source.id, "id"),
        expected_version=source.expected_version,
        email=source.email,
        name=source.name,
        locale=source.locale,
        active=source.active,
    )
    async with context.work() as work:
        return await edit_user(command, work)
