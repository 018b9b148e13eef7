"""An answer that is read piece by piece, as fast as its reader takes it: over a connection of its own."""

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from chassis.http_connection import Broken
from chassis.http_pool import Address, written_request

_PIECE: Final = 64 << 10
_FINAL: Final = 200


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer whose head has come. Header names are lower case. Iterating raises Broken, or TimeoutError."""

    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]


@asynccontextmanager
async def streamed(url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> AsyncIterator[Streamed]:
    """Waits so many seconds for the head, and for each piece. Whoever leaves early ends the connection.

    Raises OSError, Broken, ValueError or TimeoutError.
    """
    address = Address.of(url)
    secure = ssl.create_default_context() if address.origin.scheme == "https" else None
    async with asyncio.timeout(seconds):
        reader, writer = await asyncio.open_connection(
            address.origin.host, address.origin.port, ssl=secure, limit=_PIECE
        )
    try:
        writer.write(written_request(address, body, headers))
        answer = _Answer(reader, seconds)
        await answer.head()
        yield Streamed(answer.status, answer.headers, answer.chunks())
    finally:
        writer.transport.abort()


class _Answer:
    """What has come of it and was not taken yet: one piece of the network's."""

    def __init__(self, reader: asyncio.StreamReader, seconds: float) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self._reader = reader
        self._seconds = seconds
        self._parser = HttpResponseParser(self)
        self._pieces: deque[bytes] = deque()
        self._headed = False
        self._complete = False

    async def head(self) -> None:
        while not self._headed:
            await self._more()

    async def chunks(self) -> AsyncIterator[bytes]:
        while True:
            while self._pieces:
                yield self._pieces.popleft()
            if self._complete:
                return
            await self._more()

    async def _more(self) -> None:
        async with asyncio.timeout(self._seconds):
            data = await self._reader.read(_PIECE)
        if not data:
            raise Broken("broke its answer off", heard=True)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            raise Broken("answered with something that is not HTTP", heard=True) from error

    # What the parser calls.

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        self._headed = self.status >= _FINAL

    def on_body(self, body: bytes) -> None:
        self._pieces.append(body)

    def on_message_complete(self) -> None:
        self._complete = self._headed
