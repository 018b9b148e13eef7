"""Reading the guide, searching it, and comparing versions of its pages."""

import asyncio
from typing import Annotated, Final, TypeAlias
from uuid import UUID

import strawberry

from chassis.errors import Invalid
from chassis.graphql.connection import LONGEST_PAGE, USUAL_PAGE
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.directories.domain import permissions, rules
from services.directories.domain.guide_comparison import compare
from services.directories.domain.guide_texts import PageText
from services.directories.graphql.context import Context, Info
from services.directories.graphql.types.entries import InLocale
from services.directories.graphql.types.guide_hits import GuideHit
from services.directories.graphql.types.guide_page import GuidePage
from services.directories.graphql.types.guide_versions import ComparedPart, ComparisonUnit, GuideComparison
from services.directories.persistence.guide_search import LONGEST_SEARCH, search
from services.directories.persistence.guide_versions import GuideVersions

_RIGHTS: Final = (
    "everybody, what is published; a page of one company only who holds any permission there; "
    "drafts who holds directory.manage in its company, for everybody's pages in every company."
)
_MANAGED: Final = "directory.manage in the page's company, for everybody's pages in every company."
_READ: Final = "everybody, what is published; a page of one company only who holds any permission there."
IncludeDrafts: TypeAlias = Annotated[
    bool, strawberry.argument(description="Also pages you manage that readers do not see.")
]
OfId: TypeAlias = Annotated[strawberry.ID | None, strawberry.argument(description="Its id.")]
OfSlug: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Its slug, instead; everybody's page comes before one of a company.")
]
OfPage: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="The page.")]
Earlier: TypeAlias = Annotated[
    int | None, strawberry.argument(name="from", description="The number of the earlier version; null for the draft.")
]
Later: TypeAlias = Annotated[
    int | None, strawberry.argument(name="to", description="The number of the later version; null for the draft.")
]
ComparedLocale: TypeAlias = Annotated[
    str | None, strawberry.argument(description="The language, a BCP 47 tag; the page's first one when left out.")
]
Unit: TypeAlias = Annotated[ComparisonUnit, strawberry.argument(description="The pieces to compare by.")]
Most: TypeAlias = Annotated[int, strawberry.argument(description=f"How many at most, 1 to {LONGEST_PAGE}.")]
Words: TypeAlias = Annotated[
    str, strawberry.argument(description=f"What to look for, up to {LONGEST_SEARCH} characters.")
]


@strawberry.type
class GuideQuery:
    @strawberry.federation.field(
        authenticated=True,
        description=described(
            "All pages of the guide, each followed by those below it; up to a few hundred.", rights=_RIGHTS
        ),
    )
    async def guide(self, info: Info, include_drafts: IncludeDrafts = False) -> list[GuidePage] | None:
        tree = await info.context.guide.tree(drafts=include_drafts)
        return [GuidePage(page=page, with_drafts=include_drafts) for page in tree.pages]

    @strawberry.federation.field(
        authenticated=True, description=described("One page of the guide, by id or by slug.", rights=_RIGHTS)
    )
    async def guide_page(
        self, info: Info, id: OfId = None, slug: OfSlug = None, include_drafts: IncludeDrafts = False
    ) -> GuidePage | None:
        if (id is None) == (slug is None):
            raise Invalid("Give either id or slug.", field=("id",))
        tree = await info.context.guide.tree(drafts=include_drafts)
        page = tree.find(slug) if slug is not None else tree.by_id.get(to_uuid(strawberry.ID(id or ""), "id"))
        return None if page is None else GuidePage(page=page, with_drafts=include_drafts)

    @strawberry.federation.field(
        authenticated=True,
        description=described(
            "Pages that have all these words or their beginnings, in your language, the best first.", rights=_READ
        ),
    )
    async def search_guide(
        self, info: Info, text: Words, locale: InLocale = None, first: Most = USUAL_PAGE
    ) -> list[GuideHit] | None:
        return await _search(text, locale, first, info.context)

    @strawberry.field(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "What changed between two versions of a page that you manage, or its draft.", rights=_MANAGED
        ),
    )
    async def guide_comparison(
        self,
        info: Info,
        page_id: OfPage,
        earlier: Earlier = None,
        later: Later = None,
        locale: ComparedLocale = None,
        by: Unit = ComparisonUnit.WORDS,
    ) -> GuideComparison | None:
        wanted = None if locale is None else rules.locale(locale, "locale")
        tree = await info.context.guide.tree(drafts=True)
        page = tree.by_id.get(to_uuid(page_id, "page_id"))
        if page is None:
            return None
        old, new = [await _texts(page.id, number, info.context) for number in (earlier, later)]
        return await _compare(old, new, wanted or page.source_locale, by)


async def _search(text: str, locale: str | None, first: int, context: Context) -> list[GuideHit]:
    if not 1 <= first <= LONGEST_PAGE:
        raise Invalid(f"first must be between 1 and {LONGEST_PAGE}.", field=("first",))
    if len(text) > LONGEST_SEARCH:
        raise Invalid(f"At most {LONGEST_SEARCH} characters can be looked for.", field=("text",))
    wanted = context.wanted(locale)
    tree = await context.guide.tree()
    async with context.read() as session:
        hits = await search(text, {page.id: page.served(wanted) for page in tree.pages}, first, session)
    return [GuideHit.of(hit, GuidePage(page=tree.by_id[hit.page_id])) for hit in hits]


async def _texts(page_id: UUID, number: int | None, context: Context) -> dict[str, PageText] | None:
    """Of a version, or of the draft; None where the page is not managed or there is no such version."""
    if number is None:
        return await context.guide.drafts.load(page_id)
    if not 0 < number < 2**31:
        return None
    async with context.read_drafts() as session:
        return await GuideVersions(session, context.actor).texts(page_id, number)


async def _compare(
    earlier: dict[str, PageText] | None, later: dict[str, PageText] | None, locale: str, by: ComparisonUnit
) -> GuideComparison | None:
    """A language that one of the two does not have is empty there."""
    if earlier is None or later is None:
        return None
    old, new = earlier.get(locale), later.get(locale)
    parts = {}
    for name in ("title", "text"):
        pair = getattr(old, name, ""), getattr(new, name, "")
        found = await asyncio.to_thread(compare, *pair, by_words=by is ComparisonUnit.WORDS)
        parts[name] = [ComparedPart.of(part) for part in found]
    return GuideComparison(locale=locale, **parts)
