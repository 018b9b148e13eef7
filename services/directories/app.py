"""Putting the service together for HTTP."""

from collections.abc import Mapping

from starlette.types import ASGIApp

from chassis.access import EVERY_COMPANY, Actor
from chassis.asgi import service_application
from chassis.database import Database, Wall
from chassis.engine import new_engine
from chassis.graphql.context import GraphRequest
from chassis.runtime import Runtime
from chassis.transport import Transport
from services.directories.adapters.chat_completions import ChatCompletions
from services.directories.domain import permissions
from services.directories.graphql.context import Context
from services.directories.graphql.schema import schema
from services.directories.persistence import published
from services.directories.persistence.cache import DirectoryCache
from services.directories.persistence.migrations import VERSIONS
from services.directories.persistence.translation_source import keep_source_locale
from services.directories.settings import DirectoriesSettings
from services.directories.usecases.load_defaults import load_defaults
from services.directories.usecases.load_guide import load_guide
from services.directories.usecases.translate_reading import MOST_AT_ONCE, Reading, ReadingQuestion

NAME = "directories"
WALLS: Mapping[str, Wall] = {
    "view": Actor.anywhere,
    "manage": permissions.MANAGE,
    "review": permissions.REVIEW,
}
_READERS = ("files", "incidents", "notifications")


class DirectoriesRuntime(Runtime):
    """What every service has, the directory in memory, and the language of the installation."""

    def __init__(self, settings: DirectoriesSettings, transport: Transport) -> None:
        super().__init__(NAME, settings, transport, WALLS, VERSIONS)
        self.directory = DirectoryCache(self.database, settings.default_locale)
        self.default_locale = settings.default_locale
        self.lacking = settings.translation_lacks
        self.engine = settings.translation_model
        self.reading = Reading(self.database, lambda: _machine(settings), settings.translation_lacks)

    async def close(self) -> None:
        await self.reading.close()
        await super().close()


def _machine(settings: DirectoriesSettings) -> ChatCompletions:
    url, key, model = settings.translation_url, settings.translation_key, settings.translation_model
    seconds = settings.translation_seconds
    return ChatCompletions(url or "", key, model or "", seconds=seconds, connections=MOST_AT_ONCE)


def new_runtime(settings: DirectoriesSettings, transport: Transport) -> DirectoriesRuntime:
    return DirectoriesRuntime(settings, transport)


def new_application(runtime: DirectoriesRuntime) -> ASGIApp:
    access, incidents = runtime.peer("access"), runtime.peer("incidents")

    def make_context(request: GraphRequest) -> Context:
        return Context(
            request,
            runtime.database,
            runtime.directory,
            runtime.default_locale,
            access,
            incidents,
            runtime.engine,
            runtime.lacking,
        )

    runtime.internal.on(
        "translate-reading", callers=["incidents"], reads=ReadingQuestion, answer=runtime.reading.answer
    )
    runtime.internal.publish("directory_entry", published.entries(runtime.database), callers=_READERS)
    runtime.internal.publish("guide_page", published.pages(runtime.database), callers=["files"])
    return service_application(runtime, schema, make_context)


async def fill(settings: DirectoriesSettings) -> None:
    """Puts in the default entries and pages of the guide that are missing; runs after each migration."""
    database = Database(new_engine(settings.database_url, connections=1), WALLS)
    try:
        async with database.work(Actor.system("default content", EVERY_COMPANY)) as work:
            await keep_source_locale(work.session, settings.default_locale)
            await load_defaults(work)
            await load_guide(work)
    finally:
        await database.close()
