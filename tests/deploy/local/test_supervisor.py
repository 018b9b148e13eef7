"""The supervisor: order, restart, and a stop that reaches everything."""

import asyncio

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
