"""What resolvers get: who asks, in which languages, the directory, and the loaders of this one request."""

from contextlib import AbstractAsyncContextManager
from datetime import UTC, date, datetime
from typing import TypeAlias
from uuid import UUID

from strawberry.types import Info as StrawberryInfo

from chassis.database import Database, ReadSession
from chassis.graphql.context import GraphRequest, Made, RequestContext
from chassis.graphql.inputs import Reference, to_key
from chassis.locales import fallbacks
from chassis.peers import Peer
from services.directories.domain import permissions
from services.directories.domain.entries import Directory
from services.directories.domain.rules import checked
from services.directories.domain.wording import Wanted, Wording
from services.directories.graphql.loaders.entry_by_id import entry_by_id
from services.directories.graphql.loaders.guide import GuideLoaders
from services.directories.graphql.loaders.incidents_by_entry import incidents_by_entry
from services.directories.graphql.loaders.texts_by_entry import texts_by_entry
from services.directories.persistence.cache import DirectoryCache
from services.directories.persistence.companies import find_company
from services.directories.persistence.guide_pages import DRAFTS
from services.directories.persistence.history import MANAGE


class Context(RequestContext):
    """`default_locale` is the installation's; it serves where none of the reader's own does.

    `engine` is the model that translates, `lacking` are the settings without which it cannot.
    """

    entries = Made(lambda context: entry_by_id(context.directory))
    guide = Made(lambda context: GuideLoaders(context.read, context.read_drafts, context.actor))
    texts = Made(lambda context: texts_by_entry(context.read))
    used = Made(
        lambda context: incidents_by_entry(context.actor.companies(permissions.MANAGE), context.incidents_service)
    )
    _wordings: Made[dict[Wanted, Wording]] = Made(lambda _: {})

    def __init__(
        self,
        request: GraphRequest,
        database: Database,
        cache: DirectoryCache,
        default_locale: str,
        access: Peer,
        incidents: Peer,
        engine: str | None = None,
        lacking: tuple[str, ...] = (),
    ) -> None:
        self.engine = engine
        self.lacking = lacking
        self._cache = cache
        self.default_locale = default_locale
        self._access = access
        self.incidents_service = incidents
        self._own: Wanted = (*request.actor.locales, default_locale)
        self.today: date = datetime.now(UTC).date()
        super().__init__(request, database)

    def read_drafts(self) -> AbstractAsyncContextManager[ReadSession]:
        """Shows also what is not published of the guide, to who manages it."""
        return self._database.read(self.actor, through=DRAFTS)

    def read_review(self) -> AbstractAsyncContextManager[ReadSession]:
        """Shows also what reviewers and administrators of translations see."""
        return self._database.read(self.actor, through=("view", "review", "manage"))

    async def directory(self) -> Directory:
        """What there is now for the one who asks. Raises Fault."""
        return (await self._cache.current(self._own)).visible_to(self.actor)

    async def wording(self, locale: str | None) -> Wording:
        """Texts in `locale`, or in the reader's own languages. Raises Invalid when it is no tag, or Fault."""
        wanted = self.wanted(locale)
        if wanted not in self._wordings:
            self._wordings[wanted] = Wording(await self._cache.current(wanted), wanted)
        return self._wordings[wanted]

    def wanted(self, locale: str | None) -> Wanted:
        """The tags to look for: `locale` instead of the reader's own. Raises Invalid when it is no tag."""
        if locale is None:
            return self._own
        checked(fallbacks, locale, "locale")
        return (locale, self.default_locale)

    async def company(self, reference: Reference | None, field: str = "company") -> UUID | None:
        """None for everybody. Raises Invalid, NotFound or Fault."""
        if reference is None:
            return None
        return await find_company(to_key(reference, field), self.actor, self._access, field=field)

    def read_history(self) -> AbstractAsyncContextManager[ReadSession]:
        return self._database.read(self.actor, through=(MANAGE,))


Info: TypeAlias = StrawberryInfo[Context, None]
