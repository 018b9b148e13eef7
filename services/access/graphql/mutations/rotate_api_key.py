"""Giving an API key another secret."""

from typing import Annotated

import strawberry

from chassis.errors import Refusal
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid
from chassis.graphql.refusals import user_error
from chassis.graphql.rights import described
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.create_api_key import CreateApiKeyPayload
from services.access.graphql.mutations.values import KEY_RIGHTS
from services.access.graphql.types.api_key import ApiKey
from services.access.persistence.rows import ApiKeyRow
from services.access.usecases.create_api_key import CreatedApiKey
from services.access.usecases.rotate_api_key import USUAL_OVERLAP, RotateApiKey, rotate_api_key
from services.access.usecases.versions import current


@strawberry.input(description="The API key to give another secret.")
class RotateApiKeyInput:
    id: strawberry.ID = strawberry.field(description="The key.")
    overlap_hours: int = strawberry.field(
        default=USUAL_OVERLAP, description="How long the old secret holds beside the new one, 0 to 168."
    )
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.type
class RotateApiKeyMutation:
    @strawberry.federation.mutation(
        authenticated=True,
        description=described(
            "Gives a key of yours, or of a user in your care, another secret; prefix, limits and end stay.",
            rights=KEY_RIGHTS,
        ),
    )
    async def rotate_api_key(
        self, info: Info, input: Annotated[RotateApiKeyInput, strawberry.argument(description="Which key.")]
    ) -> CreateApiKeyPayload | None:
        try:
            made = await _rotate(input, info.context)
        except Refusal as refusal:
            now = current(refusal, ApiKeyRow, ApiKey.from_row)
            return CreateApiKeyPayload(api_key=now, secret=None, errors=[user_error(refusal)])
        return CreateApiKeyPayload(api_key=ApiKey.from_row(made.row), secret=made.secret, errors=[])


async def _rotate(source: RotateApiKeyInput, context: Context) -> CreatedApiKey:
    command = RotateApiKey(
        key_id=to_uuid(source.id, "id"),
        overlap_hours=source.overlap_hours,
        expected_version=source.expected_version,
    )
    async with context.work() as work:
        return await rotate_api_key(command, work)
