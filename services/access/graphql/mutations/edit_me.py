"""Changing what belongs to oneself."""

from typing import Annotated

import strawberry

from chassis.graphql.inputs import EXPECTED_VERSION
from chassis.graphql.rights import described
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.user_payload import UserPayload, user_payload
from services.access.persistence.rows import UserRow
from services.access.usecases.edit_me import EditMe, edit_me


@strawberry.input(description="Changes to yourself; what is left out stays as it is.")
class EditMeInput:
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: str | None = strawberry.field(default=None, description="A new name, 1 to 200 characters.")
    locale: str | None = strawberry.field(default=None, description="A language tag such as de-AT.")


@strawberry.type
class EditMeMutation:
    @strawberry.federation.mutation(
        authenticated=True,
        description=described(
            "Changes your name or language; the mail address is your administrators'.",
            rights="everybody for themselves; not by a key that is limited.",
        ),
    )
    async def edit_me(
        self, info: Info, input: Annotated[EditMeInput, strawberry.argument(description="What shall be otherwise.")]
    ) -> UserPayload | None:
        return await user_payload(_edit(input, info.context))


async def _edit(source: EditMeInput, context: Context) -> UserRow:
    command = EditMe(expected_version=source.expected_version, name=source.name, locale=source.locale)
    async with context.work() as work:
        return await edit_me(command, work)
