"""One address before several processes: connections go round, past those that do not answer."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from deploy.local.errors import CannotStart
from deploy.local.ports import HOST

_PIECE: Final = 1 << 16


class Balancer:
    """A part of the supervisor, in its own process: it only passes bytes on."""

    def __init__(self, name: str, port: int, behind: Sequence[int]) -> None:
        """`behind` are the ports of the processes, all on the loopback interface."""
        self.name = f"balancer of {name}"
        self._port = port
        self._behind = list(behind)
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()

    async def start(self) -> None:
        """Raises CannotStart."""
        self._over.clear()
        try:
            self._server = await asyncio.start_server(self._take, HOST, self._port)
        except OSError as error:
            raise CannotStart(f"Port {self._port} on {HOST} is taken: stop what uses it, or choose another.") from error

    async def wait(self) -> int:
        await self._over.wait()
        return 0

    async def stop(self) -> None:
        self._over.set()
        if self._server is not None:
            self._server.close()
        for task in self._passing:
            task.cancel()
        if self._passing:
            await asyncio.wait(self._passing)

    async def _take(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._passing.add(task)
            task.add_done_callback(self._passing.discard)
        try:
            await self._pass_on(reader, writer)
        except (OSError, asyncio.CancelledError):
            return  # either side has left, or we end; nobody waits for this task
        finally:
            writer.close()

    async def _pass_on(self, reader: StreamReader, writer: StreamWriter) -> None:
        behind = await self._next()
        if behind is None:
            return
        there, back = behind
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_copy(reader, back))
                both.create_task(_copy(there, writer))
        except* OSError:
            pass  # either side has left
        finally:
            back.close()

    async def _next(self) -> tuple[StreamReader, StreamWriter] | None:
        """The process whose turn it is; the next one when it does not answer, None when none does."""
        for _ in range(len(self._behind)):
            port = self._behind.pop(0)
            self._behind.append(port)
            with suppress(OSError):
                return await asyncio.open_connection(HOST, port)
        return None


async def _copy(source: StreamReader, target: StreamWriter) -> None:
    """Until the source ends; then the target is told that nothing more comes."""
    while piece := await source.read(_PIECE):
        target.write(piece)
        await target.drain()
    if target.can_write_eof():
        target.write_eof()
