"""Keeps the parts of a system running: started in order, started again when they fail, stopped in reverse."""

import asyncio
import logging
from typing import Protocol, Self

from deploy.local.errors import CannotStart

_log = logging.getLogger(__name__)


class Part(Protocol):
    """Something that runs. `stop` may be called at any time; `wait` ends when the part does, with its exit status."""

    name: str

    async def start(self) -> None: ...

    async def wait(self) -> int: ...

    async def stop(self) -> None: ...


class Supervisor:
    """Runs parts, each after those it needs. A part that ends by itself is started again, ever more slowly.

    The pause before a restart begins at `pause` seconds and doubles up to `longest_pause`.
    """

    def __init__(self, *, pause: float = 0.2, longest_pause: float = 30) -> None:
        self._pause = pause
        self._longest_pause = longest_pause
        self._stages: list[dict[Part, asyncio.Task[None]]] = []

    async def start(self, *parts: Part) -> None:
        """Start `parts` at the same time, wait until all are ready, and watch them from now on. Raises CannotStart.

        Each is waited for also when another fails or we are stopped, so that none is left behind.
        """
        stage: dict[Part, asyncio.Task[None]] = {}
        self._stages.append(stage)
        starts = (self._begin(part, stage) for part in parts)
        for outcome in await asyncio.gather(*starts, return_exceptions=True):
            if outcome is not None:
                raise outcome

    async def stop(self) -> None:
        """Stop all parts, the last started first and at the same time what was started so, whatever each answers."""
        while self._stages:
            stage = self._stages.pop()
            for watch in stage.values():
                watch.cancel()
            await asyncio.gather(*stage.values(), return_exceptions=True)
            await asyncio.gather(*map(_stop, stage))

    async def _begin(self, part: Part, stage: dict[Part, asyncio.Task[None]]) -> None:
        await part.start()
        stage[part] = asyncio.create_task(self._watch(part), name=f"watch {part.name}")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _watch(self, part: Part) -> None:
        while True:
            status = await part.wait()
            _log.warning("%s ended with status %s and is started again", part.name, status)
            await part.stop()
            await self._restart(part)

    async def _restart(self, part: Part) -> None:
        pause = self._pause
        while True:
            await asyncio.sleep(pause)
            try:
                await part.start()
            except CannotStart as reason:
                _log.warning("%s", reason)
                pause = min(pause * 2, self._longest_pause)
            else:
                return


async def _stop(part: Part) -> None:
    try:
        await part.stop()
    except Exception:  # noqa: BLE001 - the others must be stopped whatever this one does.
        _log.exception("%s did not stop cleanly", part.name)
