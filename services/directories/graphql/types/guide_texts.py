"""The texts of a guide page in one language, as callers see them."""

from datetime import datetime
from enum import Enum
from typing import Self

import strawberry

from services.directories.domain.guide_texts import PageText, Stand
from services.directories.domain.translation import State
from services.directories.graphql.types.others import User


@strawberry.enum(description="How far a translation can be relied on.")
class TranslationState(Enum):
    MISSING = strawberry.enum_value("MISSING", description="There is none in this language yet.")
    MACHINE = strawberry.enum_value("MACHINE", description="A machine made it, and nobody has looked at it.")
    REVIEWED = strawberry.enum_value("REVIEWED", description="A person wrote or approved it.")
    STALE = strawberry.enum_value("STALE", description="Its source has changed since.")


@strawberry.type(description="What is known of a text of the guide in one language.")
class GuideTranslation:
    locale: str = strawberry.field(description="BCP 47 tag.")
    title: str | None = strawberry.field(description="The title in this language; null when it is missing.")
    state: TranslationState = strawberry.field(description="How far it can be relied on.")
    source_hash: str | None = strawberry.field(
        description="SHA-256 of the source that it says the same as; of the source itself when it is that."
    )
    engine: str | None = strawberry.field(description="What translated it; null when a person did.")
    reviewed_by: User | None = strawberry.field(description="Who wrote or approved it; null when it came with us.")
    reviewed_at: datetime | None = strawberry.field(description="When that was.")

    @classmethod
    def of(cls, locale: str, stand: Stand | None) -> Self:
        if stand is None:
            return cls(
                locale=locale,
                title=None,
                state=TranslationState.MISSING,
                source_hash=None,
                engine=None,
                reviewed_by=None,
                reviewed_at=None,
            )
        return cls(
            locale=locale,
            title=stand.title,
            state=_state(stand.state),
            source_hash=stand.source_hash,
            engine=stand.engine,
            reviewed_by=None if stand.reviewed_by is None else User(id=strawberry.ID(str(stand.reviewed_by))),
            reviewed_at=stand.reviewed_at,
        )


@strawberry.type(description="A text of a draft or of a version, in one language.")
class GuideText:
    translation: GuideTranslation = strawberry.field(description="What is known of it.")
    text: str = strawberry.field(description="The text as Markdown.")

    @classmethod
    def of(cls, locale: str, text: PageText) -> Self:
        return cls(translation=GuideTranslation.of(locale, text), text=text.text)


@strawberry.type(description="The texts that are being worked on; nobody but who manages the page sees them.")
class GuideDraft:
    is_changed: bool = strawberry.field(description="Whether it differs from what is published.")
    texts: list[GuideText] = strawberry.field(description="Its texts, language by language.")


def _state(state: State) -> TranslationState:
    return TranslationState(state.value)
