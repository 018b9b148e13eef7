"""Queues that wait for the same handler are handled together, and each alone when that fails."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from chassis.broker.amqp.turns import Turns
from chassis.events import Envelope


def event(name: str) -> Envelope:
    return Envelope(
        id=uuid4(),
        source="incidents",
        type=name,
        subject=uuid4(),
        company_id=None,
        sequence=1,
        position=1,
        time=datetime(2026, 11, 22, tzinfo=UTC),
        data={},
        restricted=False,
        request_id=None,
        traceparent=None,
        causation_id=None,
    )


class Handling:
    """A handler whose every call waits for a `go` of its own, and fails as `fails` says."""

    def __init__(self, fails: Callable[[list[str]], BaseException | None] = lambda _: None) -> None:
        self.calls: list[list[str]] = []
        self._goes = asyncio.Semaphore(0)
        self.most = self._now = 0
        self._fails = fails

    async def __call__(self, events: Sequence[Envelope]) -> None:
        names = [each.type for each in events]
        self.calls.append(names)
        self._now += 1
        self.most = max(self.most, self._now)
        try:
            await self._goes.acquire()
            if failure := self._fails(names):
                raise failure
        finally:
            self._now -= 1

    def go(self, calls: int = 100) -> None:
        for _ in range(calls):
            self._goes.release()


async def start(turns: Turns, *wishes: Sequence[str]) -> list["asyncio.Task[None]"]:
    """Of so many queues, in this order."""
    tasks = []
    for names in wishes:
        tasks.append(asyncio.create_task(turns.handle([event(name) for name in names])))
        await asyncio.sleep(0)
    return tasks


async def test_what_waits_is_one_call_in_which_each_queue_keeps_its_order() -> None:
    handling = Handling()
    tasks = await start(Turns(handling), ["a1", "a2"], ["b1", "b2"], ["c1"])
    handling.go()
    await asyncio.gather(*tasks)

    assert handling.calls == [["a1", "a2"], ["b1", "b2", "c1"]]
    assert handling.most == 1


@pytest.mark.parametrize("failure", [ValueError("b"), asyncio.CancelledError()])
async def test_who_fails_fails_alone(failure: BaseException) -> None:
    handling = Handling(lambda names: failure if "b" in names else None)
    tasks = await start(Turns(handling), ["a"], ["b"], ["c"], ["d"])
    handling.go()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [type(None), type(failure), type(None), type(None)]
    assert handling.calls == [["a"], ["b", "c", "d"], ["b"], ["c"], ["d"]]
    assert handling.most == 1


async def test_one_that_is_cancelled_leaves_the_others_theirs() -> None:
    handling = Handling()
    turns = Turns(handling)
    first, leading, waiting, leaving = await start(turns, ["a"], ["b"], ["c"], ["d"])
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    handling.go(1)
    await first
    while len(handling.calls) < 2:
        await asyncio.sleep(0)
    leading.cancel()
    await asyncio.gather(leading, return_exceptions=True)
    handling.go()
    await waiting

    assert leading.cancelled()
    assert leaving.cancelled()
    assert handling.calls == [["a"], ["b", "c"], ["c"]]


async def test_what_comes_after_a_failure_is_handled_together_again() -> None:
    handling = Handling(lambda names: ValueError() if names == ["b", "c"] else None)
    turns = Turns(handling)
    tasks = await start(turns, ["a"], ["b"], ["c"])
    handling.go(4)
    await asyncio.gather(*tasks)
    tasks = await start(turns, ["d"], ["e"], ["f"])
    handling.go(2)
    await asyncio.gather(*tasks)

    assert handling.calls == [["a"], ["b", "c"], ["b"], ["c"], ["d"], ["e", "f"]]
