"""The directory in memory is cheap, and never older than it promises."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from chassis.engine import new_engine
from services.directories.app import WALLS
from services.directories.domain.entries import Directory
from services.directories.domain.wording import Wanted
from services.directories.persistence.cache import DirectoryCache, Remembered
from services.directories.usecases.edit_entry import EditEntry, edit_entry
from tests.support.defaults import DEFAULTS
from tests.support.services import RunningService

ENGLISH = ("en",)
SYSTEM = Actor.system("test", EVERY_COMPANY)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(directories: RunningService, clock: Clock) -> DirectoryCache:
    return DirectoryCache(directories.database, "en", clock)


@pytest.fixture
async def elsewhere(directories: RunningService) -> AsyncIterator[Database]:
    """The same database as another process has it."""
    database = Database(new_engine(directories.runtime.settings.database_url), WALLS)
    yield database
    await database.close()


async def rename(database: Database, entry: UUID, name: str, version: int = 1) -> None:
    command = EditEntry(entry_id=entry, expected_version=version, texts=[{"locale": "en", "name": name}])
    async with database.work(SYSTEM) as work:
        await edit_entry(command, work)


def name(directory: Directory, entry: UUID) -> str:
    return directory.texts["en"][entry].name


async def test_many_first_readers_cost_one_statement_and_later_ones_none(
    directories: RunningService, cache: DirectoryCache
) -> None:
    with directories.statements() as first:
        found = await asyncio.gather(*(cache.current(ENGLISH) for _ in range(20)))
    with directories.statements() as later:
        again = await cache.current(ENGLISH)

    assert len(found[0].entries) == DEFAULTS
    assert all(each is found[0] for each in (*found, again))
    assert (len(first), len(later)) == (1, 0)


async def test_after_a_second_one_statement_finds_that_nothing_has_changed(
    directories: RunningService, cache: DirectoryCache, clock: Clock
) -> None:
    before = await cache.current(ENGLISH)
    clock.now += 1.0

    with directories.statements() as checked:
        after = await cache.current(ENGLISH)
        await cache.current(ENGLISH)

    assert after is before
    assert len(checked) == 1


async def test_a_change_of_this_process_is_seen_at_once(
    directories: RunningService, cache: DirectoryCache, ids: dict[str, UUID]
) -> None:
    await cache.current(ENGLISH)

    await rename(directories.database, ids["fraud"], "Swindle")

    assert name(await cache.current(ENGLISH), ids["fraud"]) == "Swindle"


async def test_a_change_of_another_process_is_seen_after_a_second(
    elsewhere: Database, cache: DirectoryCache, clock: Clock, ids: dict[str, UUID]
) -> None:
    await cache.current(ENGLISH)
    await rename(elsewhere, ids["fraud"], "Swindle")

    before = name(await cache.current(ENGLISH), ids["fraud"])
    clock.now += 1.0

    assert (before, name(await cache.current(ENGLISH), ids["fraud"])) == ("Fraud", "Swindle")


async def test_a_change_that_is_rolled_back_is_never_seen(
    directories: RunningService, cache: DirectoryCache, clock: Clock, ids: dict[str, UUID]
) -> None:
    command = EditEntry(entry_id=ids["fraud"], expected_version=1, texts=[{"locale": "en", "name": "Swindle"}])
    async with directories.database.work(SYSTEM) as work:
        await edit_entry(command, work)
        await work.session.flush()
        await work.session.rollback()
    clock.now += 1.0

    assert name(await cache.current(ENGLISH), ids["fraud"]) == "Fraud"


async def test_a_change_during_a_check_makes_the_next_reader_check_again(
    directories: RunningService, ids: dict[str, UUID]
) -> None:
    class Interrupted(DirectoryCache):
        """Something changes after the entries have been read and before they are remembered."""

        interruptions = 1

        async def _read(self, known: Remembered | None, wanted: Wanted) -> Remembered:
            found = await super()._read(known, wanted)
            if self.interruptions:
                self.interruptions -= 1
                await rename(directories.database, ids["fraud"], "Swindle")
            return found

    cache = Interrupted(directories.database)

    first, second = await cache.current(ENGLISH), await cache.current(ENGLISH)

    assert (name(first, ids["fraud"]), name(second, ids["fraud"])) == ("Fraud", "Swindle")


async def test_a_language_costs_one_statement_when_it_is_first_asked_for(
    directories: RunningService, cache: DirectoryCache, ids: dict[str, UUID]
) -> None:
    before = await cache.current(ENGLISH)

    with directories.statements() as first:
        german = await cache.current(("de-AT", "en"))
    with directories.statements() as later:
        await cache.current(("de-CH", "en"))

    assert (set(before.texts), set(german.texts)) == ({"en"}, {"de", "en"})
    assert german.texts["de"][ids["open"]].name == "Offen"
    assert (len(first), len(later)) == (1, 0)


async def test_what_is_no_locale_of_the_installation_costs_nothing(
    directories: RunningService, cache: DirectoryCache
) -> None:
    await cache.current(ENGLISH)

    with directories.statements() as seen:
        for tag in ("sw", "de_AT", "*", "zz-ZZ"):
            await cache.current((tag, "en"))

    assert seen == []
