"""Approving, correcting and rejecting a translation."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import strawberry

from chassis.database import UnitOfWork
from chassis.errors import Invalid, Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.directories.domain import permissions
from services.directories.domain.translation import Translation
from services.directories.graphql.context import Context, Info
from services.directories.graphql.types.translations import RIGHTS, TextTranslation
from services.directories.usecases.review_translation import (
    Reviewed,
    approve_translation,
    correct_translation,
    reject_translation,
)

_REVIEWED = [CompanyScope(permission=permissions.REVIEW)]


@strawberry.input(description="The translation that you have looked at.")
class ReviewTranslationInput:
    owner_id: strawberry.ID = strawberry.field(description="The entry, or the page.")
    locale: str = strawberry.field(description="BCP 47 tag.")
    revision: str = strawberry.field(description="The `revision` you have seen; another one now is a CONFLICT.")


@strawberry.input(description="One text as it shall be.")
class TranslatedTextInput:
    field: str = strawberry.field(description="What it is: name, description; of a page title, text.")
    text: str = strawberry.field(description="The text.")


@strawberry.input(description="What the translation that you have looked at shall be instead.")
class CorrectTranslationInput(ReviewTranslationInput):
    texts: list[TranslatedTextInput] = strawberry.field(description="All texts; what is left out is taken away.")


@strawberry.type(description="What came of a review.")
class TextTranslationPayload:
    translation: TextTranslation | None = strawberry.field(
        description="The translation after it; null when it was rejected, or is not there."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


Looked = Annotated[ReviewTranslationInput, strawberry.argument(description="Which translation.")]
Corrected = Annotated[CorrectTranslationInput, strawberry.argument(description="Which translation, and its texts.")]


@strawberry.type
class ReviewTranslationMutation:
    @strawberry.mutation(
        directives=_REVIEWED,
        description=described(
            "Says that a translation is good; it is REVIEWED then. Readers get that of a page when it is published.",
            rights=RIGHTS,
        ),
    )
    async def approve_translation(self, info: Info, input: Looked) -> TextTranslationPayload | None:
        return await _payload(input, approve_translation, info.context)

    @strawberry.mutation(
        directives=_REVIEWED,
        description=described(
            "Puts better texts in place; they are REVIEWED then. Readers get those of a page when it is published.",
            rights=RIGHTS,
        ),
    )
    async def correct_translation(self, info: Info, input: Corrected) -> TextTranslationPayload | None:
        async def correct(command: Reviewed, work: UnitOfWork) -> Translation | None:
            texts = {each.field: each.text for each in input.texts}
            if len(texts) != len(input.texts):
                raise Invalid("A field is given twice.", field=("texts",))
            return await correct_translation(command, texts, work)

        return await _payload(input, correct, info.context)

    @strawberry.mutation(
        directives=_REVIEWED, description=described("Takes a translation away; it is MISSING then.", rights=RIGHTS)
    )
    async def reject_translation(self, info: Info, input: Looked) -> TextTranslationPayload | None:
        return await _payload(input, reject_translation, info.context)


async def _payload(
    source: ReviewTranslationInput,
    review: Callable[[Reviewed, UnitOfWork], Awaitable[Translation | None]],
    context: Context,
) -> TextTranslationPayload:
    try:
        command = Reviewed(
            owner_id=to_uuid(source.owner_id, "owner_id"), locale=source.locale, revision=source.revision
        )
        async with context.work() as work:
            left = await review(command, work)
    except Refusal as refusal:
        return TextTranslationPayload(translation=None, errors=[user_error(refusal)])
    return TextTranslationPayload(translation=None if left is None else TextTranslation(translation=left), errors=[])
