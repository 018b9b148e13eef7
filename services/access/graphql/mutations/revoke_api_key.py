"""Revoking an API key."""

from typing import Annotated

import strawberry

from chassis.errors import Refusal
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.values import KEY_RIGHTS
from services.access.graphql.types.api_key import ApiKey
from services.access.persistence.rows import ApiKeyRow
from services.access.usecases.revoke_api_key import RevokeApiKey, revoke_api_key
from services.access.usecases.versions import current


@strawberry.input(description="The API key to revoke.")
class RevokeApiKeyInput:
    id: strawberry.ID = strawberry.field(description="The key.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.type(description="What came of it.")
class RevokeApiKeyPayload:
    api_key: ApiKey | None = strawberry.field(
        description="The key, revoked; on CONFLICT of versions as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class RevokeApiKeyMutation:
    @strawberry.federation.mutation(
        authenticated=True,
        description=described(
            "Ends a key of yours, or of a user in your care, for good.",
            rights=KEY_RIGHTS,
        ),
    )
    async def revoke_api_key(
        self, info: Info, input: Annotated[RevokeApiKeyInput, strawberry.argument(description="Which key.")]
    ) -> RevokeApiKeyPayload | None:
        try:
            row = await _revoke(input, info.context)
        except Refusal as refusal:
            now = current(refusal, ApiKeyRow, ApiKey.from_row)
            return RevokeApiKeyPayload(api_key=now, errors=[user_error(refusal)])
        return RevokeApiKeyPayload(api_key=ApiKey.from_row(row), errors=[])


async def _revoke(source: RevokeApiKeyInput, context: Context) -> ApiKeyRow:
    command = RevokeApiKey(key_id=to_uuid(source.id, "id"), expected_version=source.expected_version)
    async with context.work() as work:
        return await revoke_api_key(command, work)
