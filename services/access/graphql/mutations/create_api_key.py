"""Making an API key."""

from datetime import datetime
from typing import Annotated

import strawberry

from chassis.errors import Refusal
from chassis.graphql.inputs import Reference, to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.group_payload import to_keys
from services.access.graphql.mutations.values import KEY_RIGHTS
from services.access.graphql.types.api_key import ApiKey
from services.access.usecases.create_api_key import CreateApiKey, CreatedApiKey, create_api_key


@strawberry.input(description="A new API key.")
class CreateApiKeyInput:
    name: str = strawberry.field(description="What it is for, 1 to 200 characters.")
    expires_at: datetime | None = strawberry.field(default=None, description="When it ends; left out, never.")
    user_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whom it acts as; left out, you. Somebody else must have no right that you lack."
    )
    permissions: list[str] | None = strawberry.field(
        default=None, description="The most it may do, at most 100; left out, all that its user may."
    )
    companies: list[Reference] | None = strawberry.field(
        default=None, description="Where it may do that, at most 100; left out, wherever its user may."
    )


@strawberry.type(description="What came of it.")
class CreateApiKeyPayload:
    api_key: ApiKey | None = strawberry.field(
        description="The key; on CONFLICT of versions as it is now; null when it was refused."
    )
    secret: str | None = strawberry.field(
        description="The key itself, for `Authorization: Bearer`. Keep it: it is not shown again."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class CreateApiKeyMutation:
    @strawberry.federation.mutation(
        authenticated=True,
        description=described(
            "Makes a key by which a program acts as you, or as a user in your care.",
            rights=KEY_RIGHTS,
        ),
    )
    async def create_api_key(
        self, info: Info, input: Annotated[CreateApiKeyInput, strawberry.argument(description="The new key.")]
    ) -> CreateApiKeyPayload | None:
        try:
            made = await _create(input, info.context)
        except Refusal as refusal:
            return CreateApiKeyPayload(api_key=None, secret=None, errors=[user_error(refusal)])
        return CreateApiKeyPayload(api_key=ApiKey.from_row(made.row), secret=made.secret, errors=[])


async def _create(source: CreateApiKeyInput, context: Context) -> CreatedApiKey:
    command = CreateApiKey(
        name=source.name,
        expires_at=source.expires_at,
        user_id=None if source.user_id is None else to_uuid(source.user_id, "user_id"),
        permissions=source.permissions,
        companies=None if source.companies is None else to_keys(source.companies, "companies"),
    )
    async with context.work() as work:
        return await create_api_key(command, work)
