"""Reading how much is translated, and what waits for a reviewer."""

from typing import Annotated
from uuid import UUID

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last, Page
from chassis.graphql.cursors import text_part
from chassis.graphql.directives import CompanyScope
from chassis.graphql.rights import described
from services.directories.domain import permissions, rules
from services.directories.domain.translation import STATES_TO_REVIEW, State
from services.directories.graphql.context import Context, Info
from services.directories.graphql.types.guide_texts import TranslationState
from services.directories.graphql.types.translations import (
    RIGHTS,
    TextTranslation,
    TranslatableType,
    TranslationCoverage,
)
from services.directories.persistence.translations import Translations, position

_REVIEWED = [CompanyScope(permission=permissions.REVIEW)]
_ORDER = "translations"
Kinds = Annotated[list[TranslatableType] | None, strawberry.argument(description="Only of these; all when left out.")]
InLocales = Annotated[
    list[str] | None,
    strawberry.argument(description="BCP 47 tags; when left out those that are served here, or that something is in."),
]
OneLocale = Annotated[str | None, strawberry.argument(description="Only in this language, a BCP 47 tag.")]
InStates = Annotated[
    list[TranslationState] | None,
    strawberry.argument(description="Only in these states; MACHINE and STALE when left out."),
]


@strawberry.type
class TranslationQuery:
    @strawberry.federation.field(
        directives=_REVIEWED,
        description=described(
            "How much of what you may review is translated, by language and directory; the guide as its drafts are.",
            rights=RIGHTS,
        ),
    )
    async def translation_coverage(
        self, info: Info, locales: InLocales = None, kinds: Kinds = None
    ) -> list[TranslationCoverage] | None:
        asked = None if locales is None else list(dict.fromkeys(rules.locale(each, "locales") for each in locales))
        async with info.context.read_review() as session:
            translations = Translations(session)
            companies = info.context.actor.companies(permissions.REVIEW)
            found = await translations.coverage(_named(kinds, translations), asked, companies)
        return [TranslationCoverage.of(each) for each in found]

    @strawberry.federation.field(
        directives=_REVIEWED,
        description=described("Translations that wait for a reviewer, beside their sources.", rights=RIGHTS),
    )
    async def translation_queue(
        self,
        info: Info,
        locale: OneLocale = None,
        kinds: Kinds = None,
        states: InStates = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[TextTranslation] | None:
        tag = None if locale is None else rules.locale(locale, "locale")
        wanted = STATES_TO_REVIEW if states is None else tuple(State[each.name] for each in states)
        return await _queue(Page.of(first, after, last, before, order=_ORDER), tag, kinds, wanted, info.context)


async def _queue(
    page: Page,
    locale: str | None,
    kinds: list[TranslatableType] | None,
    states: tuple[State, ...],
    context: Context,
) -> Connection[TextTranslation]:
    companies = context.actor.companies(permissions.REVIEW)
    behind = page.typed(text_part, UUID, text_part)
    async with context.read_review() as session:
        translations = Translations(session)
        named = _named(kinds, translations)
        found = await translations.to_review(named, locale, states, companies, behind, page.first)

    async def count() -> int:
        async with context.read_review() as session:
            return await Translations(session).count_to_review(named, locale, states, companies)

    rows = [(TextTranslation(translation=each), position(each)) for each in found]
    return page.connection(Connection[TextTranslation], rows, count)


def _named(kinds: list[TranslatableType] | None, translations: Translations) -> list[str]:
    return translations.kinds if kinds is None else [kind.name.lower() for kind in kinds]
