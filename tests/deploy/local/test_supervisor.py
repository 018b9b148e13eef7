"""The supervisor: order, restart, and a stop that reaches everything."""

import asyncio

import pytest

from deploy.local.errors import CannotStart
from deploy.local.supervisor import Supervisor


class Part:
    """A part that writes down what happens to it and ends when told to."""

    def __init__(self, name: str, diary: list[str], *, refusals: int = 0) -> None:
        self.name = name
        self._diary = diary
        self._refusals = refusals
        self.ended = asyncio.Event()
        self.running = asyncio.Event()

    async def start(self) -> None:
        if self._refusals and self._diary:
            self._refusals -= 1
            self._diary.append(f"{self.name} refuses")
            raise CannotStart("not now")
        self._diary.append(f"{self.name} starts")
        self.ended.clear()
        self.running.set()

    async def wait(self) -> int:
        await self.ended.wait()
        self.running.clear()
        return 1

    async def stop(self) -> None:
        self._diary.append(f"{self.name} stops")


class Stubborn(Part):
    async def stop(self) -> None:
        await super().stop()
        raise OSError("will not")


async def test_parts_stop_in_reverse_order() -> None:
    diary: list[str] = []
    async with Supervisor() as supervisor:
        await supervisor.start(Part("first", diary))
        await supervisor.start(Part("second", diary))

    assert diary == ["first starts", "second starts", "second stops", "first stops"]


async def test_parts_started_together_stop_together() -> None:
    diary: list[str] = []
    meeting = asyncio.Barrier(2)

    class Meeting(Part):
        async def start(self) -> None:
            await meeting.wait()
            await super().start()

        async def stop(self) -> None:
            await meeting.wait()
            await super().stop()

    async with asyncio.timeout(20), Supervisor() as supervisor:
        await supervisor.start(Part("first", diary))
        await supervisor.start(Meeting("second", diary), Meeting("third", diary))

    assert diary[0] == "first starts"
    assert sorted(diary[1:3]) == ["second starts", "third starts"]
    assert sorted(diary[3:5]) == ["second stops", "third stops"]
    assert diary[5:] == ["first stops"]


async def test_of_parts_started_together_none_is_left_when_one_fails() -> None:
    diary = ["something"]
    async with Supervisor() as supervisor:
        with pytest.raises(CannotStart):
            await supervisor.start(Part("first", diary), Part("second", diary, refusals=1))

    assert diary[1:] == ["first starts", "second refuses", "first stops"]


async def test_a_part_that_ends_is_started_again_until_it_runs() -> None:
    diary: list[str] = []
    part = Part("part", diary, refusals=2)
    async with Supervisor(pause=0) as supervisor:
        await supervisor.start(part)
        part.running.clear()
        part.ended.set()
        await part.running.wait()

    assert diary == ["part starts", "part stops", "part refuses", "part refuses", "part starts", "part stops"]


async def test_one_part_that_does_not_stop_keeps_no_other_from_stopping() -> None:
    diary: list[str] = []
    async with Supervisor() as supervisor:
        await supervisor.start(Part("first", diary))
        await supervisor.start(Stubborn("second", diary))

    assert diary[-2:] == ["second stops", "first stops"]
