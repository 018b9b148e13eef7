"""A page of the guide as callers see it."""

from datetime import datetime
from typing import Annotated, Final, Self

import strawberry

from chassis.errors import Invalid
from chassis.graphql.connection import After, Before, Connection, First, Last
from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.directories.domain.guide import Page, Tree
from services.directories.domain.guide_markdown import Rendered
from services.directories.graphql.context import Info
from services.directories.graphql.types.entries import InLocale
from services.directories.graphql.types.guide_texts import GuideDraft, GuideText, GuideTranslation
from services.directories.graphql.types.guide_versions import GuideChange, GuideVersion, page_of
from services.directories.graphql.types.others import Company

_RENDERED: Final = Rendered()
_MANAGED: Final = "directory.manage in the page's company, for everybody's pages in every company."


@strawberry.federation.type(keys=["id"], description="A page of the guide for the registry.")
class GuidePage:
    page: strawberry.Private[Page]
    with_drafts: strawberry.Private[bool] = False

    @strawberry.field(description="Its id.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(str(self.page.id))

    @strawberry.field(description="Its name in addresses; it never changes.")
    def slug(self) -> str:
        return self.page.slug

    @strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")
    def version(self) -> int:
        return self.page.version

    @strawberry.field(description="The number of the published version; null before the first.")
    def published_number(self) -> int | None:
        return self.page.number

    @strawberry.field(description="When that was published.")
    def published_at(self) -> datetime | None:
        return self.page.published_at

    @strawberry.field(description="The company it belongs to; null for everybody's.")
    def company(self) -> Company | None:
        return None if self.page.company_id is None else Company(id=strawberry.ID(str(self.page.company_id)))

    @strawberry.field(description="Whether it is a company's addition to the page above, to be shown with that.")
    def is_addition(self) -> bool:
        return self.page.is_addition

    @strawberry.field(description="Its place among its neighbours; the lists come in this order.")
    def order(self) -> int:
        return self.page.sort_order

    @strawberry.field(description="Whether readers see it.")
    def active(self) -> bool:
        return self.page.active

    @strawberry.field(description="How deep it stands in the tree, from 1.")
    async def depth(self, info: Info) -> int:
        return (await self._tree(info)).depths[self.page.id]

    @strawberry.field(description="The page above it, or that it is an addition to; null at the top.")
    async def parent(self, info: Info) -> Annotated["GuidePage", strawberry.lazy(__name__)] | None:
        above = self.page.parent_id
        return None if above is None else self._beside((await self._tree(info)).by_id[above])

    @strawberry.field(description="The pages right below it, in their order.")
    async def children(self, info: Info) -> list[Annotated["GuidePage", strawberry.lazy(__name__)]]:
        return [self._beside(page) for page in (await self._tree(info)).children(self.page.id)]

    @strawberry.field(description="What your companies add to it.")
    async def additions(self, info: Info) -> list[Annotated["GuidePage", strawberry.lazy(__name__)]]:
        return [self._beside(page) for page in (await self._tree(info)).additions(self.page.id)]

    @strawberry.field(description="The language it was written in first, a BCP 47 tag.")
    def source_locale(self) -> str:
        return self.page.source_locale

    @strawberry.field(description="The language in which you are told it, a BCP 47 tag.")
    def locale(self, info: Info, locale: InLocale = None) -> str:
        return self.page.served(info.context.wanted(locale))

    @strawberry.field(description="Its title in the best language there is for you.")
    def title(self, info: Info, locale: InLocale = None) -> str:
        return self.page.stands[self.page.served(info.context.wanted(locale))].title

    @strawberry.field(description="Its text as Markdown, in the best language there is for you.")
    async def text(self, info: Info, locale: InLocale = None) -> str:
        return await self._text(info, locale)

    @strawberry.field(
        description="The same as HTML that is safe to show: no scripts, no pictures, links only to http, https and "
        "mailto addresses or within this host."
    )
    async def html(self, info: Info, locale: InLocale = None) -> str:
        return await _RENDERED.html(await self._text(info, locale))

    @strawberry.field(
        description="How far it is translated: all languages that are served here, or that any page of the guide has."
    )
    async def translations(self, info: Info) -> list[GuideTranslation]:
        locales = sorted({*(await self._tree(info)).locales(), *await info.context.guide.locales()})
        return [GuideTranslation.of(locale, self.page.stands.get(locale)) for locale in locales]

    @strawberry.field(
        description=described("What is being worked on; null unless you manage the page.", rights=_MANAGED)
    )
    async def draft(self, info: Info) -> GuideDraft | None:
        found = await info.context.guide.drafts.load(self.page.id)
        if found is None:
            return None
        texts = [GuideText.of(locale, text) for locale, text in found.items()]
        return GuideDraft(is_changed=self.page.draft_changed, texts=texts)

    @strawberry.field(
        description=described(
            "All published versions, newest first; empty unless you manage the page.", rights=_MANAGED
        )
    )
    async def versions(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[GuideVersion]:
        page, behind = page_of(first, after, last, before, "NUMBER_DESC")
        versions = info.context.guide.versions
        rows = await versions.page(self.page.id, page.first, behind)
        nodes = [(GuideVersion.from_row(row), (row.number,)) for row in rows]
        return page.connection(Connection[GuideVersion], nodes, lambda: versions.count(self.page.id))

    @strawberry.field(
        description=described("Who changed what, newest first; empty unless you manage the page.", rights=_MANAGED)
    )
    async def history(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[GuideChange]:
        page, behind = page_of(first, after, last, before, "SEQUENCE_DESC")
        changes = info.context.guide.changes
        rows = await changes.page(self.page.id, page.first, behind)
        nodes = [(GuideChange.from_row(row), (row.sequence,)) for row in rows]
        return page.connection(Connection[GuideChange], nodes, lambda: changes.count(self.page.id))

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        try:
            wanted = to_uuid(id, "id")
        except Invalid:
            return None
        found = (await info.context.guide.tree()).by_id.get(wanted)
        return None if found is None else cls(page=found)

    async def _text(self, info: Info, locale: str | None) -> str:
        served = self.page.served(info.context.wanted(locale))
        if self.page.number is not None:
            return await info.context.guide.texts.load((self.page.id, served))
        draft = await info.context.guide.drafts.load(self.page.id)
        return "" if draft is None else draft[served].text

    async def _tree(self, info: Info) -> Tree:
        return await info.context.guide.tree(drafts=self.with_drafts)

    def _beside(self, page: Page) -> "GuidePage":
        return GuidePage(page=page, with_drafts=self.with_drafts)
