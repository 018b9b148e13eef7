"""Putting in the default entries."""

import asyncio
from uuid import UUID

from sqlalchemy import text

from chassis.access import EVERY_COMPANY, Actor
from services.directories.__main__ import SERVICE
from services.directories.domain.entries import Kind
from services.directories.usecases.create_entry import CreateEntry, create_entry
from services.directories.usecases.edit_entry import EditEntry, edit_entry
from services.directories.usecases.load_defaults import load_defaults
from tests.support.defaults import DEFAULTS
from tests.support.services import RunningService

SYSTEM = Actor.system("test", EVERY_COMPANY)


async def load(directories: RunningService) -> int:
    async with directories.database.work(SYSTEM) as work:
        return await load_defaults(work)


async def test_each_new_entry_is_told_once_as_the_first_event_of_its_subject(
    directories: RunningService, ids: dict[str, UUID]
) -> None:
    events = await directories.events()

    rows = await directories.ask("snapshots/directory_entry", {}, caller="incidents")
    assert {str(event.subject) for event in events} == {row["id"] for row in rows}
    assert len(events) == DEFAULTS
    assert {(event.type, event.sequence, event.company_id) for event in events} == {
        ("directory.entry_changed.v1", 1, None)
    }
    assert {event.data["kind"] for event in events if event.subject == ids["open"]} == {"status"}
    assert all(event.data["entry_id"] == str(event.subject) for event in events)


async def test_loading_again_changes_and_tells_nothing(directories: RunningService, ids: dict[str, UUID]) -> None:
    assert await load(directories) == 0
    assert len(await directories.events()) == DEFAULTS


async def test_what_people_changed_stays(directories: RunningService, ids: dict[str, UUID], reader: Actor) -> None:
    command = EditEntry(
        entry_id=ids["low"], expected_version=1, fields={"color": "#123456"}, texts=[{"locale": "en", "name": "Tiny"}]
    )
    async with directories.database.work(SYSTEM) as work:
        await edit_entry(command, work)

    assert await load(directories) == 0
    found = await directories.entities("Severity", [ids["low"]], "name color version", reader)
    assert found == [{"name": "Tiny", "color": "#123456", "version": 2}]


async def test_what_is_missing_comes_back_and_the_initial_mark_stays_where_people_put_it(
    directories: RunningService, reader: Actor
) -> None:
    await directories.empty()
    own = CreateEntry(
        kind=Kind.STATUS, code="received", fields={"color": "#000000", "category": "NEW", "is_initial": True}
    )
    async with directories.database.work(SYSTEM) as work:
        await create_entry(own, work)

    assert await load(directories) == DEFAULTS
    data = await directories.data("{ incidentStatuses { code isInitial } }", reader)
    assert [each["code"] for each in data["incidentStatuses"] if each["isInitial"]] == ["received"]


async def test_only_the_missing_entry_of_several_is_put_in(directories: RunningService, ids: dict[str, UUID]) -> None:
    async with directories.database.work(SYSTEM) as work:
        await work.session.execute(text("DELETE FROM translation WHERE entry_id = :id"), {"id": ids["low"]})
        renamed = text("UPDATE entry SET code = 'lowest' WHERE id = :id")
        await work.session.execute(renamed, {"id": ids["low"]})

    assert await load(directories) == 1


async def test_of_two_processes_that_load_at_once_one_does_it(directories: RunningService) -> None:
    await directories.empty()

    assert sorted(await asyncio.gather(load(directories), load(directories))) == [0, DEFAULTS]


async def test_a_migration_puts_them_in(directories: RunningService, reader: Actor) -> None:
    await directories.empty()

    await SERVICE.migrate(directories.runtime.settings)

    rows = await directories.ask("snapshots/directory_entry", {}, caller="incidents")
    assert len(rows) == DEFAULTS
