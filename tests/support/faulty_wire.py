"""A wire to a server on this machine that can be made to fail: cut, slow, silent, or answering by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final, Self

from deploy.local.ports import HOST

EVER: Final = 1 << 30
_PIECE: Final = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What happens to a connection. Bytes are counted from its beginning, both ways apart."""

    silent: bool = False  # what comes is taken, and nothing is said
    answer: bytes | None = None  # said in the server's place after the head of the request; then the end
    cut_request_after: int = EVER
    cut_answer_after: int = EVER
    bytes_a_second: int = EVER  # of the answer


WHOLE: Final = Trouble()


class FaultyWire:
    """`trouble` is for the next `connections_in_trouble` connections, then all is well; `port` is where to connect."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.trouble = WHOLE
        self.connections_in_trouble = EVER
        self.connections = 0

    @classmethod
    @asynccontextmanager
    async def to(cls, port: int) -> AsyncIterator[Self]:
        wire = cls(port)
        server = await asyncio.start_server(wire._take, HOST, 0)
        wire.port = server.sockets[0].getsockname()[1]
        try:
            yield wire
        finally:
            server.close()
            for task in wire._tasks:
                task.cancel()
            await asyncio.gather(*wire._tasks, return_exceptions=True)

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.port}"

    def fail(self, trouble: Trouble, connections: int = EVER) -> None:
        self.trouble, self.connections_in_trouble, self.connections = trouble, connections, 0

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        trouble = self.trouble if self.connections <= self.connections_in_trouble else WHOLE
        task = asyncio.ensure_future(self._serve(trouble, reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, trouble: Trouble, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if trouble.silent:
                while await reader.read(_PIECE):
                    pass
            elif trouble.answer is not None:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(trouble.answer)
                await writer.drain()
            else:
                await self._pass_on(trouble, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            await _end(writer)

    async def _pass_on(self, trouble: Trouble, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(HOST, self._to_port)
        ways = [
            asyncio.ensure_future(_copy(reader, back, trouble.cut_request_after, EVER)),
            asyncio.ensure_future(_copy(there, writer, trouble.cut_answer_after, trouble.bytes_a_second)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            back.transport.abort()
            await _end(back)


async def _end(writer: asyncio.StreamWriter) -> None:
    """What was written goes out, unless nobody takes it."""
    writer.close()
    with suppress(OSError):
        async with asyncio.timeout(1):
            await writer.wait_closed()
    writer.transport.abort()


async def _copy(source: asyncio.StreamReader, to: asyncio.StreamWriter, most: int, a_second: int) -> None:
    """Ends when `most` bytes are over, or the source is."""
    while most > 0:
        piece = await source.read(min(_PIECE, most, max(a_second // 20, 1)))
        if not piece:
            return
        most -= len(piece)
        to.write(piece)
        await to.drain()
        if a_second < EVER:
            await asyncio.sleep(len(piece) / a_second)


def refusal(status: int, code: str) -> bytes:
    """An answer of S3."""
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>".encode()
    return head(status, len(body)) + body


def head(status: int, length: int) -> bytes:
    lines = (f"HTTP/1.1 {status} No", f"Content-Length: {length}", "Content-Type: application/xml", "Connection: close")
    return "\r\n".join((*lines, "", "")).encode()
