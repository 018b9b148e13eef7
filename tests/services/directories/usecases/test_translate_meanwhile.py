"""Translating while people change the same texts, call it off, or the worker dies."""

import asyncio
import sys
from uuid import UUID

import pytest

from chassis.access import Actor
from deploy.local.provision import DatabaseUrls
from services.directories.adapters.chat_completions import ChatCompletions
from services.directories.domain.entries import Text
from services.directories.persistence.entries import Entries
from services.directories.persistence.entry_translations import EntryTranslations
from services.directories.usecases.edit_entry import EditEntry, edit_entry
from services.directories.usecases.translate_batch import Translator
from services.directories.usecases.translate_missing import cancel_translation
from tests.support.fake_translator import (
    KEY,
    FakeTranslator,
    marked,
    waiting,
)
from tests.support.services import SYSTEM, RunningService
from tests.support.translation_runs import EAGER, italian, order, run, told

pytestmark = pytest.mark.usefixtures("untranslated")


async def test_a_job_that_is_called_off_in_the_middle_keeps_nothing_more(
    directories: RunningService, manager: Actor, translator: Translator, endpoint: FakeTranslator
) -> None:
    answered, begun = asyncio.Event(), asyncio.Event()
    endpoint.answers.append(waiting(answered, begun))
    job = await order(directories, manager)
    working = asyncio.create_task(run(translator))
    await begun.wait()

    async with directories.database.work(manager) as work:
        await cancel_translation(job, work)
    answered.set()
    await working

    assert (await told(directories, job))["state"] == "CANCELLED"
    assert await italian(directories) == {}
    assert (await told(directories, await order(directories, manager)))["state"] == "QUEUED"


async def test_two_workers_on_one_job_store_each_text_once(
    directories: RunningService, manager: Actor, machine: ChatCompletions, endpoint: FakeTranslator
) -> None:
    answered, begun = asyncio.Event(), asyncio.Event()
    endpoint.answers.append(waiting(answered, begun))
    job = await order(directories, manager)
    first = asyncio.create_task(run(Translator(directories.database, machine, EAGER)))
    await begun.wait()
    other = ChatCompletions(endpoint.url, KEY, "other-model")

    await run(Translator(directories.database, other, EAGER))
    before = len(await directories.events())
    answered.set()
    await first

    made = await italian(directories)
    assert {row.engine for row in made.values()} == {"other-model"}
    assert await told(directories, job) == {"state": "DONE", "TRANSLATED": len(made)}
    assert len(await directories.events()) == before
    await other.close()


async def test_a_source_that_changes_during_the_request_is_translated_anew(
    directories: RunningService,
    manager: Actor,
    translator: Translator,
    endpoint: FakeTranslator,
    severities: dict[str, UUID],
) -> None:
    answered, begun = asyncio.Event(), asyncio.Event()
    endpoint.answers.append(waiting(answered, begun))
    job = await order(directories, manager)
    working = asyncio.create_task(run(translator))
    await begun.wait()
    command = EditEntry(
        entry_id=severities["low"], expected_version=1, texts=[{"locale": "en", "name": "Lowest", "description": None}]
    )
    async with directories.database.work(manager) as work:
        await edit_entry(command, work)
    answered.set()
    await working

    assert (await told(directories, job))["state"] == "DONE"
    assert (await italian(directories))[severities["low"]].name == "Lowest (x)"
    assert endpoint.asked[1] == {next(iter(endpoint.asked[1])): "Lowest"}


async def test_what_a_person_writes_during_the_request_stays(
    directories: RunningService,
    manager: Actor,
    translator: Translator,
    endpoint: FakeTranslator,
    severities: dict[str, UUID],
) -> None:
    answered, begun = asyncio.Event(), asyncio.Event()
    endpoint.answers.append(waiting(answered, begun))
    job = await order(directories, manager)
    working = asyncio.create_task(run(translator))
    await begun.wait()
    command = EditEntry(entry_id=severities["low"], expected_version=1, texts=[{"locale": "it", "name": "Faible"}])
    async with directories.database.work(manager) as work:
        await edit_entry(command, work)
    answered.set()
    await working

    assert (await told(directories, job))["SKIPPED"] == 1
    assert (await italian(directories))[severities["low"]].name == "Faible"


async def test_a_stale_text_is_translated_anew_only_where_no_person_touched_it(
    directories: RunningService,
    manager: Actor,
    translator: Translator,
    endpoint: FakeTranslator,
    severities: dict[str, UUID],
) -> None:
    await order(directories, manager)
    await run(translator)
    async with directories.database.work(manager) as work:
        await EntryTranslations(work.session).approve(severities["low"], "it", work)
    async with directories.database.work(SYSTEM) as work:
        for code in ("low", "high"):
            await Entries(work.session).write_texts(severities[code], {"en": Text(f"New {code}", None)})

    job = await order(directories, manager)
    await run(translator)

    assert await told(directories, job) == {"state": "DONE", "TRANSLATED": 1}
    made = await italian(directories)
    assert (made[severities["low"]].name, made[severities["low"]].state) == ("Low (x)", "STALE")
    assert (made[severities["high"]].name, made[severities["high"]].state) == ("New high (x)", "MACHINE")


async def test_a_worker_that_is_killed_in_the_middle_loses_and_doubles_nothing(
    directories: RunningService,
    manager: Actor,
    endpoint: FakeTranslator,
    service_databases: dict[str, DatabaseUrls],
) -> None:
    job = await order(directories, manager, "classification", "incident_type", "severity")
    begun, never = asyncio.Event(), asyncio.Event()
    endpoint.answers.extend([marked, waiting(never, begun)])
    command = ["-m", "tests.support.translating", service_databases["directories"].app, endpoint.url]

    first = await asyncio.create_subprocess_exec(sys.executable, *command)
    second = None
    try:
        await asyncio.wait_for(begun.wait(), 30)
        kept = len(await italian(directories))
        first.kill()
        await first.wait()
        second = await asyncio.create_subprocess_exec(sys.executable, *command)
        async with asyncio.timeout(30):
            while (await told(directories, job))["state"] != "DONE":
                await asyncio.sleep(0.1)
    finally:
        never.set()
        for each in (first, second):
            if each is not None and each.returncode is None:
                each.kill()
                await each.wait()

    made = await italian(directories)
    assert 0 < kept < len(made)
    assert await told(directories, job) == {"state": "DONE", "TRANSLATED": len(made)}
    told_of = [event.subject for event in (await directories.events())[-len(made) :]]
    assert sorted(told_of) == sorted(made)
    assert endpoint.asked[1] == endpoint.asked[2]
