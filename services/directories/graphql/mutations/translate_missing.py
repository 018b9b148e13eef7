"""Ordering a translation by machine, and calling it off."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

import strawberry

from chassis.database import UnitOfWork
from chassis.errors import Refusal
from chassis.graphql.inputs import to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.directories.graphql.context import Context, Info
from services.directories.graphql.translation_job_queries import JOB_RIGHTS, MANAGED, shown_jobs
from services.directories.graphql.types.translation_jobs import TranslationJob
from services.directories.graphql.types.translations import TranslatableType
from services.directories.persistence.translation_jobs import TranslationJobs
from services.directories.usecases.translate_missing import TranslateMissing, cancel_translation, translate_missing


@strawberry.input(description="What shall be translated.")
class TranslateMissingInput:
    locale: str = strawberry.field(description="Into this language, a BCP 47 tag.")
    kinds: list[TranslatableType] | None = strawberry.field(
        default=None, description="Only of these; all when left out."
    )


@strawberry.input(description="The job that is called off.")
class CancelTranslationInput:
    id: strawberry.ID = strawberry.field(description="The job.")


@strawberry.type(description="What came of an order to translate.")
class TranslationJobPayload:
    job: TranslationJob | None = strawberry.field(description="The job; null when there is none.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


Ordered = Annotated[TranslateMissingInput, strawberry.argument(description="What shall be translated.")]
Cancelled = Annotated[CancelTranslationInput, strawberry.argument(description="Which job.")]


@strawberry.type
class TranslateMissingMutation:
    @strawberry.mutation(
        directives=MANAGED,
        description=described(
            "Begins to translate by machine what has no text in a language, or one by machine that is stale. "
            "What people wrote or approved stays.",
            rights=JOB_RIGHTS,
        ),
    )
    async def translate_missing(self, info: Info, input: Ordered) -> TranslationJobPayload | None:
        kinds = None if input.kinds is None else [kind.name.lower() for kind in input.kinds]
        command = TranslateMissing(
            locale=input.locale, kinds=kinds, engine=info.context.engine, lacking=info.context.lacking
        )
        return await _payload(lambda work: translate_missing(command, work), info.context)

    @strawberry.mutation(
        directives=MANAGED,
        description=described("Calls a translation off; what is translated already stays.", rights=JOB_RIGHTS),
    )
    async def cancel_translation(self, info: Info, input: Cancelled) -> TranslationJobPayload | None:
        async def cancel(work: UnitOfWork) -> UUID:
            return await cancel_translation(to_uuid(input.id, "id"), work)

        return await _payload(cancel, info.context)


async def _payload(change: Callable[[UnitOfWork], Awaitable[UUID]], context: Context) -> TranslationJobPayload:
    try:
        async with context.work() as work:
            job_id = await change(work)
    except Refusal as refusal:
        return TranslationJobPayload(job=None, errors=[user_error(refusal)])
    async with context.read_review() as session:
        row = await TranslationJobs(session).get(job_id)
        return TranslationJobPayload(job=None if row is None else (await shown_jobs([row], session))[0], errors=[])
