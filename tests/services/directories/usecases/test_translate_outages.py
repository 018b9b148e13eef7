"""Translating against an endpoint that does everything wrong that one can do wrong."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from chassis.access import Actor
from services.directories.adapters.chat_completions import ChatCompletions
from services.directories.domain.translation_jobs import Patience
from services.directories.persistence.translation_jobs import TranslationJobs
from services.directories.usecases.translate_batch import Translator
from tests.support.fake_translator import (
    CUT,
    KEY,
    FakeTranslator,
    content,
    saying,
    status,
    waiting,
)
from tests.support.services import SYSTEM, RunningService
from tests.support.translation_runs import EAGER, italian, order, run, told

pytestmark = pytest.mark.usefixtures("untranslated")


@pytest.mark.parametrize("after", ["0", None, "soon", "date"])
async def test_an_endpoint_that_asks_for_patience_is_asked_again(
    directories: RunningService, manager: Actor, translator: Translator, endpoint: FakeTranslator, after: str | None
) -> None:
    past = format_datetime(datetime.now(UTC) - timedelta(seconds=5), usegmt=True)
    headers = {} if after is None else {"retry_after": past if after == "date" else after}
    endpoint.answers.extend([status(429, **headers), status(429, **headers)])
    job = await order(directories, manager)

    await run(translator)

    assert (await told(directories, job))["state"] == "DONE"
    assert len(endpoint.requests) == 3


@pytest.mark.parametrize("as_date", [False, True])
async def test_nothing_is_asked_before_the_time_that_the_endpoint_tells(
    directories: RunningService, manager: Actor, translator: Translator, endpoint: FakeTranslator, as_date: bool
) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    endpoint.answers.append(status(429, retry_after=later if as_date else "100"))
    job = await order(directories, manager)

    await run(translator)
    await run(translator)

    assert len(endpoint.requests) == 1
    async with directories.database.read(SYSTEM, through=("manage",)) as session:
        kept = await TranslationJobs(session).get(job)
    assert kept is not None
    assert kept.waits_until is not None
    assert 90 < (kept.waits_until - datetime.now(UTC)).total_seconds() <= 101
    assert "429" in (kept.reason or "")


async def test_a_delay_beyond_all_patience_ends_the_job(
    directories: RunningService, manager: Actor, translator: Translator, endpoint: FakeTranslator
) -> None:
    endpoint.answers.append(status(429, retry_after="86400"))
    job = await order(directories, manager)

    await run(translator)

    assert (await told(directories, job))["state"] == "FAILED"


@pytest.mark.parametrize("answer", [status(500), status(503), CUT])
async def test_an_endpoint_that_is_away_for_a_moment_costs_nothing_but_time(
    directories: RunningService, manager: Actor, translator: Translator, endpoint: FakeTranslator, answer: Any
) -> None:
    endpoint.answers.extend([answer, answer])
    job = await order(directories, manager)

    await run(translator)

    assert (await told(directories, job))["state"] == "DONE"
    assert len(endpoint.requests) == 3


async def test_an_endpoint_that_stays_away_ends_the_job_and_leaves_the_texts_missing(
    directories: RunningService, manager: Actor, translator: Translator, endpoint: FakeTranslator
) -> None:
    endpoint.answers.extend([status(503)] * 10)
    job = await order(directories, manager)

    await run(translator)

    found = await told(directories, job)
    assert (found["state"], found["reason"]) == ("FAILED", "the endpoint is out of order (HTTP 503)")
    assert (len(endpoint.requests), await italian(directories)) == (4, {})


async def test_an_endpoint_that_does_not_answer_in_time_or_at_all_is_given_up(
    directories: RunningService, manager: Actor, endpoint: FakeTranslator
) -> None:
    never = asyncio.Event()
    endpoint.answers.append(waiting(never, asyncio.Event()))
    slow = ChatCompletions(endpoint.url, KEY, "test-model", seconds=0.2)
    gone = ChatCompletions("http://127.0.0.1:9", KEY, "test-model", seconds=5)
    reasons = []
    for machine in (slow, gone):
        job = await order(directories, manager)
        await run(Translator(directories.database, machine, Patience(times=1)))
        found = await told(directories, job)
        reasons.append(found["reason"])
        assert found["state"] == "FAILED"
        await machine.close()

    assert reasons[0] == "no answer within 0.2 seconds"
    assert reasons[1].startswith("the endpoint is out of reach")
    never.set()


async def test_a_wrong_key_ends_the_job_at_once_with_the_setting_to_look_at(
    directories: RunningService, manager: Actor, endpoint: FakeTranslator
) -> None:
    wrong = ChatCompletions(endpoint.url, "wrong", "test-model")
    job = await order(directories, manager)

    await run(Translator(directories.database, wrong, EAGER))

    found = await told(directories, job)
    assert found["state"] == "FAILED"
    assert "HTTP 401" in found["reason"]
    assert "DIRECTORIES_TRANSLATION_KEY" in found["reason"]
    assert "wrong" not in found["reason"]
    assert endpoint.requests == []
    await wrong.close()


@pytest.mark.parametrize(("code", "setting"), [(403, "_KEY"), (404, "_MODEL"), (400, "_URL")])
async def test_what_no_patience_mends_ends_the_job_at_once(
    directories: RunningService,
    manager: Actor,
    translator: Translator,
    endpoint: FakeTranslator,
    code: int,
    setting: str,
) -> None:
    endpoint.answers.append(status(code))
    job = await order(directories, manager)

    await run(translator)

    assert setting in (await told(directories, job))["reason"]
    assert len(endpoint.requests) == 1


BROKEN = {
    "no JSON": (content("Gladly! Here you are:"), "no JSON"),
    "cut": (content('{"translations": [{"id": "0.na', "length"), "cut off"),
    "another form": (content('{"texts": {}}'), "form"),
    "a number": (content('{"translations": [{"id": 1, "text": 2}]}'), "form"),
    "nothing": (content(""), "no JSON"),
    "wrong ids": (saying(lambda texts: {f"x{id}": text for id, text in texts.items()}), "other texts"),
    "one missing": (saying(lambda texts: dict(list(texts.items())[1:])), "other texts"),
    "one too many": (saying(lambda texts: texts | {"more": "text"}), "other texts"),
    "empty": (saying(lambda texts: dict.fromkeys(texts, " ")), "empty"),
    "too long": (saying(lambda texts: dict.fromkeys(texts, "long " * 2000)), "out of proportion"),
    "structure": (saying(lambda texts: {id: f"# {text}" for id, text in texts.items()}), "structure"),
    "placeholder": (saying(lambda texts: {id: f"{text} {{name}}" for id, text in texts.items()}), "{name}"),
    "address": (saying(lambda texts: {id: f"{text} https://evil.example/" for id, text in texts.items()}), "evil"),
    "key": (saying(lambda texts: dict.fromkeys(texts, KEY)), "tells our key"),
    "oversize": (content("x" * 1_100_000), "more than 1000000 bytes"),
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_broken_answer_is_asked_for_once_more_and_then_nothing_of_it_is_stored(
    directories: RunningService, manager: Actor, translator: Translator, endpoint: FakeTranslator, kind: str
) -> None:
    answer, reason = BROKEN[kind]
    endpoint.answers.extend([answer] * 100)
    job = await order(directories, manager)

    await run(translator)

    found = await told(directories, job)
    assert found["state"] == "DONE"
    assert found.keys() == {"state", "FAILED", "reasons"}
    assert all(reason in each for each in found["reasons"])
    assert KEY not in str(found)
    assert len(endpoint.requests) == 1 + found["FAILED"]
    assert await italian(directories) == {}


async def test_one_broken_text_spoils_no_other_and_a_second_try_alone_mends_it(
    directories: RunningService, manager: Actor, translator: Translator, endpoint: FakeTranslator
) -> None:
    endpoint.answers.append(
        saying(lambda texts: {id: f"{text} (x)" if text != "Low" else "" for id, text in texts.items()})
    )
    job = await order(directories, manager)

    await run(translator)

    found = await told(directories, job)
    assert found == {"state": "DONE", "TRANSLATED": len(await italian(directories))}
    assert len(endpoint.requests) == 2
    assert "Low" in endpoint.asked[1].values()
    assert "Medium" not in endpoint.asked[1].values()
