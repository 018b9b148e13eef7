"""Following the feed: what was missed, then what comes, each once and in order, and nothing lost by who is slow."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import uuid4

import pytest

from services.notifications.domain.outside import Told
from services.notifications.persistence.feed import Wanted
from services.notifications.usecases import follow_feed
from services.notifications.usecases.follow_feed import Tail, follow
from tests.support.feed import Tell, whole_feed
from tests.support.incidents import Incidents
from tests.support.services import RunningService, user

MINE, ELSEWHERE = uuid4(), uuid4()
READER = user({"incident.view": [MINE]})


async def take(events: AsyncGenerator[Told, None], number: int) -> list[int]:
    async with asyncio.timeout(20):
        return [(await anext(events)).position for _ in range(number)]


async def positions(service: RunningService) -> list[int]:
    return [row.position for row in await whole_feed(service) if row.company_id == MINE]


@pytest.fixture
async def tail(service: RunningService) -> AsyncGenerator[Tail, None]:
    made = Tail(service.database, look_seconds=0.005)
    yield made
    await made.close()


async def test_what_was_missed_comes_before_what_is_new(
    service: RunningService, tail: Tail, incidents: Incidents, tell: Tell
) -> None:
    await tell([incidents.register(company) for company in (MINE, ELSEWHERE, MINE)])
    async with aclosing(follow(service.database, tail, READER, Wanted(), 0)) as events:
        first = await take(events, 2)
        await tell([incidents.register(company) for company in (ELSEWHERE, MINE, MINE)])
        assert first + await take(events, 2) == await positions(service)


async def test_without_a_place_only_what_is_new_comes(
    service: RunningService, tail: Tail, incidents: Incidents, tell: Tell
) -> None:
    await tell([incidents.register(MINE)])
    async with aclosing(follow(service.database, tail, READER, Wanted(), None)) as events:
        coming = asyncio.create_task(take(events, 1))
        await asyncio.sleep(0.05)
        await tell([incidents.register(MINE)])
        assert await coming == (await positions(service))[1:]


async def test_who_is_slow_reads_what_had_no_room(
    service: RunningService, tail: Tail, incidents: Incidents, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow_feed, "_WAITING", 3)
    monkeypatch.setattr(follow_feed, "_PAGE", 4)
    async with aclosing(follow(service.database, tail, READER, Wanted(), 0)) as events:
        await tell([incidents.register(MINE)])
        first = await take(events, 1)
        for _ in range(5):
            await tell([incidents.register(company) for company in (MINE, ELSEWHERE, MINE)])
            await asyncio.sleep(0.03)
        assert first + await take(events, 10) == await positions(service)


async def test_many_who_begin_and_end_at_different_times_lose_nothing(
    service: RunningService, tail: Tail, incidents: Incidents, tell: Tell
) -> None:
    async def listener(number: int) -> list[int]:
        await asyncio.sleep(number * 0.01)
        async with aclosing(follow(service.database, tail, READER, Wanted(), 0)) as events:
            return await take(events, 40)

    listening = [asyncio.create_task(listener(number)) for number in range(20)]
    for _ in range(20):
        await tell([incidents.register(company) for company in (MINE, ELSEWHERE, MINE)])
    expected = await positions(service)
    assert len(expected) == 40
    assert await asyncio.gather(*listening) == [expected] * 20


async def test_nobody_is_looked_for_when_nobody_listens(service: RunningService, tail: Tail) -> None:
    async with tail.joined(READER, Wanted()):
        with service.statements() as seen:
            await asyncio.sleep(0.1)
        assert seen
    with service.statements() as seen:
        await asyncio.sleep(0.1)
    assert not seen


async def test_a_database_that_was_away_is_asked_again(
    service: RunningService, tail: Tail, incidents: Incidents, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow_feed, "_AGAIN_SECONDS", 0.01)
    read, failing = Tail._read, [OSError("gone")] * 3

    async def stumbling(self: Tail) -> int:
        if failing:
            raise failing.pop()
        return await read(self)

    monkeypatch.setattr(Tail, "_read", stumbling)
    async with aclosing(follow(service.database, tail, READER, Wanted(), 0)) as events:
        await tell([incidents.register(MINE)])
        assert await take(events, 1) == await positions(service)
