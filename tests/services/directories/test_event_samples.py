"""The samples of this service's events, made by what really happens."""

from uuid import UUID

from chassis.access import EVERY_COMPANY, Actor
from services.directories.domain import events
from services.directories.usecases.merge_entries import MergeEntries, merge_entries
from services.directories.usecases.switch_locale import SwitchLocale, switch_locale
from tests.support.contracts import SAMPLES, stale_samples
from tests.support.defaults import DEFAULTS
from tests.support.services import RunningService

FACTS = (events.DirectoryEntryChanged, events.DirectoryEntryMerged, events.DirectoryLocaleChanged)
KINDS = {fact.type for fact in FACTS}
SYSTEM = Actor.system("test", EVERY_COMPANY)


async def test_the_samples_are_current(directories: RunningService, ids: dict[str, UUID]) -> None:
    command = MergeEntries(entry_id=ids["low"], into_id=ids["medium"], expected_version=1)
    async with directories.database.work(SYSTEM) as work:
        await merge_entries(command, work)
        await switch_locale(SwitchLocale(tag="kk-KZ", active=True), work, "en")

    told = {event.type: event for event in (await directories.events())[DEFAULTS:]}

    assert told.keys() == KINDS
    assert stale_samples("directories", told.values()) == []


def test_every_event_of_directories_has_its_sample() -> None:
    assert {file.stem for file in SAMPLES.glob("directory.*.json")} == KINDS
