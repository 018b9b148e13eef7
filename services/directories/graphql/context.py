"""What resolvers get: who asks, in which languages, the directory, and the loaders of this one request."""

from contextlib import AbstractAsyncContextManager
from typing import TypeAlias

from strawberry.types import Info as StrawberryInfo

from chassis.database import Database, ReadSession
from chassis.graphql.context import GraphRequest, RequestContext
from services.directories.domain.entries import Directory
from services.directories.domain.locales import fallbacks
from services.directories.domain.rules import checked
from services.directories.domain.wording import Wanted
from services.directories.graphql.loaders.entry_by_id import entry_by_id
from services.directories.graphql.loaders.guide import GuideLoaders
from services.directories.persistence.cache import DirectoryCache
from services.directories.persistence.guide_pages import DRAFTS


class Context(RequestContext):
    """`default_locale` is the installation's; it serves where none of the reader's own does.

    `engine` is the model that translates, `lacking` are the settings without which it cannot.
    """

    def __init__(
        self,
        request: GraphRequest,
        database: Database,
        cache: DirectoryCache,
        default_locale: str,
        engine: str | None = None,
        lacking: tuple[str, ...] = (),
    ) -> None:
        self.engine = engine
        self.lacking = lacking
        self._cache = cache
        self._default_locale = default_locale
        super().__init__(request, database)

    def load_anew(self) -> None:
        self.entries = entry_by_id(self.directory)
        self.guide = GuideLoaders(self.read, self.read_drafts, self.actor)

    def read_drafts(self) -> AbstractAsyncContextManager[ReadSession]:
        """Shows also what is not published of the guide, to who manages it."""
        return self._database.read(self.actor, through=DRAFTS)

    def read_review(self) -> AbstractAsyncContextManager[ReadSession]:
        """Shows also what reviewers and administrators of translations see."""
        return self._database.read(self.actor, through=("view", "review", "manage"))

    async def directory(self) -> Directory:
        """What there is now for the one who asks. Raises Fault."""
        return (await self._cache.current()).visible_to(self.actor)

    def wanted(self, locale: str | None) -> Wanted:
        """The tags to look for: `locale` instead of the reader's own. Raises Invalid when it is no tag."""
        if locale is None:
            return (*self.actor.locales, self._default_locale)
        checked(fallbacks, locale, "locale")
        return (locale, self._default_locale)


Info: TypeAlias = StrawberryInfo[Context, None]
