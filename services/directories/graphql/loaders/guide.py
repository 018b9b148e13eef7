"""What is there of the guide for the one who asks? Each question costs one statement, for however many pages."""

from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, PagesLoader
from services.directories.domain.guide import Tree
from services.directories.domain.guide_texts import PageText
from services.directories.persistence.guide_pages import GuidePages
from services.directories.persistence.guide_rows import GuideChangeRow, GuideVersionRow
from services.directories.persistence.guide_versions import CHANGES, VERSIONS, GuideVersions
from services.directories.persistence.locales import Locales

TextKey: TypeAlias = tuple[UUID, str]  # a page and a locale
Drafts: TypeAlias = dict[str, PageText]


class GuideLoaders:
    """`read_drafts` shows what is managed, published or not; `read` what everybody may read."""

    def __init__(self, read: OpenRead, read_drafts: OpenRead, actor: Actor) -> None:
        self._read = read
        self._read_drafts = read_drafts
        self._actor = actor
        self._tree: DataLoader[bool, Tree] = DataLoader(self._trees)
        self._locales: DataLoader[None, frozenset[str]] = DataLoader(self._served)
        self.texts: DataLoader[TextKey, str] = DataLoader(self._texts)
        self.drafts: DataLoader[UUID, Drafts | None] = DataLoader(self._drafts)
        self.versions: PagesLoader[GuideVersionRow] = PagesLoader(
            read_drafts,
            lambda session, pages, first, after: GuideVersions(session, actor).pages(VERSIONS, pages, first, after),
            lambda session, pages: GuideVersions(session, actor).counts(VERSIONS, pages),
        )
        self.changes: PagesLoader[GuideChangeRow] = PagesLoader(
            read_drafts,
            lambda session, pages, first, after: GuideVersions(session, actor).pages(CHANGES, pages, first, after),
            lambda session, pages: GuideVersions(session, actor).counts(CHANGES, pages),
        )

    async def tree(self, *, drafts: bool = False) -> Tree:
        """All pages that the one who asks sees, as they were when the request first asked."""
        return await self._tree.load(drafts)

    async def locales(self) -> frozenset[str]:
        """That readers are served in here."""
        return await self._locales.load(None)

    async def _served(self, wanted: list[None]) -> list[frozenset[str]]:
        async with self._read() as session:
            return [await Locales(session).active()] * len(wanted)

    async def _trees(self, wanted: list[bool]) -> list[Tree]:
        return [await self._read_tree(drafts=each) for each in wanted]

    async def _read_tree(self, *, drafts: bool) -> Tree:
        async with self._read_drafts() if drafts else self._read() as session:
            return await GuidePages(session, self._actor).tree(drafts=drafts)

    async def _texts(self, wanted: list[TextKey]) -> list[str]:
        """Of pages that the tree has shown already, deactivated ones among them."""
        pages, locales = {page for page, _ in wanted}, {locale for _, locale in wanted}
        async with self._read_drafts() as session:
            found = await GuidePages(session, self._actor).texts(pages, locales, drafts=True)
        return [found.get(each, "") for each in wanted]

    async def _drafts(self, pages: list[UUID]) -> list[Drafts | None]:
        async with self._read_drafts() as session:
            found = await GuidePages(session, self._actor).drafts(pages)
        return [found.get(each) for each in pages]
