"""The door to the newest supergraph: a changed file is built aside and swapped in, a broken one changes nothing."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from gateway.executor import Answer, EndCode, Ended, Engine
from gateway.http.call import Call
from gateway.http.doors import Door
from gateway.http.following import Following
from gateway.http.listeners import Listeners
from gateway.http.usage import Usage, Use
from gateway.http.watched import WatchedFile
from gateway.operation import RequestErrors
from gateway.planner import PlanningError

_WARM_SECONDS: Final = 10.0
_NEW_SCHEMA: Final = "The graph has changed, so this subscription has ended: subscribe again."
_log = structlog.get_logger(__name__)


class ReloadingDoor:
    """A request that runs goes on with the door, and so the engine, that it came in by; the next takes the new one.

    Subscriptions could run for days with rules that hold no more: they are ended, and begin anew.
    """

    def __init__(self, supergraph: Path, build: Callable[[str], Door], usage: Usage) -> None:
        """`build` makes a door of a supergraph's text, also in a thread. Raises what it raises, and OSError."""
        self._file = WatchedFile(supergraph)
        self._build = build
        self._usage = usage
        self._text = self._file.read()
        self._door = build(self._text)

    @property
    def engine(self) -> Engine:
        return self._door.engine

    @property
    def listeners(self) -> Listeners:
        return self._door.listeners

    async def admit(self, call: Call) -> None:
        await self._door.admit(call)

    async def execute(self, call: Call) -> Answer:
        return await self._door.execute(call)

    async def listen(self, call: Call) -> Following:
        return await self._door.listen(call)

    async def watch(self, seconds: float) -> None:
        """Look at the file every so many seconds, until cancelled."""
        while True:
            await asyncio.sleep(seconds)
            await self.reload_if_changed()

    async def reload_if_changed(self) -> None:
        """One line in the log tells how it went, once for each change of the file."""
        if not self._file.has_changed():
            return
        try:
            await self._reload()
        except Exception as error:  # noqa: BLE001  # whatever the file does to us, the old supergraph goes on
            _log.error("supergraph_refused", reason=f"{type(error).__name__}: {error}")

    async def _reload(self) -> None:
        text = self._file.read()
        if text == self._text:
            return
        door = await asyncio.to_thread(self._build, text)
        warmed = await _warm(door.engine, self._usage)
        old, self._door, self._text = self._door, door, text
        old.listeners.end(Ended.because(EndCode.SCHEMA_CHANGED, _NEW_SCHEMA))
        _log.info("supergraph_loaded", plans=warmed)


async def _warm(engine: Engine, usage: Usage) -> int:
    """The number of plans made, the most used first, as far as the time goes; running requests come in between."""
    clock = asyncio.get_running_loop().time
    end, made = clock() + _WARM_SECONDS, 0
    for use in usage.most_used():
        if clock() > end:
            break
        made += await _is_warmed(engine, use)
    return made


async def _is_warmed(engine: Engine, use: Use) -> bool:
    try:
        await engine.warm(*use)
    except (RequestErrors, PlanningError):
        return False  # whoever asks it again is told
    except Exception:  # noqa: BLE001  # one document that we stumble over must not keep the new supergraph away
        _log.exception("bug")
        return False
    return True
