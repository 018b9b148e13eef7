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
        self._parts: list[tuple[Part, asyncio.Task[None]]] = []

    async def start(self, part: Part) -> None:
        """Start `part`, wait until it is ready, and watch it from now on. Raises CannotStart."""
        await part.start()
        self._parts.append((part, asyncio.create_task(self._watch(part), name=f"watch {part.name}")))

    async def stop(self) -> None:
        """Stop all parts, the last started first, whatever each of them answers."""
        while self._parts:
            part, watch = self._parts.pop()
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            try:
                await part.stop()
            except Exception:  # noqa: BLE001 - the others must be stopped whatever this one does.
                _log.exception("%s did not stop cleanly", part.name)

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
