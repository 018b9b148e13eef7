"""Ending sessions of one's own."""

from typing import Annotated

import strawberry

from chassis.errors import Refusal
from chassis.graphql.inputs import to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.user_payload import to_user
from services.access.graphql.types.session import Session
from services.access.graphql.types.user import User
from services.access.persistence.rows import SessionRow
from services.access.usecases.end_session import end_all_sessions, end_session


@strawberry.input(description="The session to end.")
class EndSessionInput:
    id: strawberry.ID = strawberry.field(description="One of yours.")


@strawberry.type(description="What came of it.")
class EndSessionPayload:
    session: Session | None = strawberry.field(description="The session that was; null when it was refused.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.input(description="Which sessions to end.")
class EndAllSessionsInput:
    keep_this: bool = strawberry.field(default=True, description="Whether the one you ask by goes on.")


@strawberry.type(description="What came of it.")
class EndAllSessionsPayload:
    user: User | None = strawberry.field(description="You; null when it was refused.")
    ended: int = strawberry.field(description="How many sessions ended.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class EndSessionMutation:
    @strawberry.federation.mutation(
        authenticated=True,
        description=described(
            "Ends one of your sessions at once.",
            rights="everybody for sessions of their own; not by a key that is limited.",
        ),
    )
    async def end_session(
        self, info: Info, input: Annotated[EndSessionInput, strawberry.argument(description="Which session.")]
    ) -> EndSessionPayload | None:
        try:
            row = await _end(input, info.context)
        except Refusal as refusal:
            return EndSessionPayload(session=None, errors=[user_error(refusal)])
        return EndSessionPayload(session=Session.from_row(row, info.context.actor.credential), errors=[])

    @strawberry.federation.mutation(
        authenticated=True,
        description=described(
            "Signs you out everywhere, or everywhere else; API keys stay.",
            rights="everybody for sessions of their own; not by a key that is limited.",
        ),
    )
    async def end_all_sessions(
        self, info: Info, input: Annotated[EndAllSessionsInput, strawberry.argument(description="Which sessions.")]
    ) -> EndAllSessionsPayload | None:
        try:
            async with info.context.work() as work:
                user, ended = await end_all_sessions(work, keep_this=input.keep_this)
        except Refusal as refusal:
            return EndAllSessionsPayload(user=None, ended=0, errors=[user_error(refusal)])
        return EndAllSessionsPayload(user=to_user(user), ended=ended, errors=[])


async def _end(source: EndSessionInput, context: Context) -> SessionRow:
    async with context.work() as work:
        return await end_session(to_uuid(source.id, "id"), work)
