"""One HTTP/1.1 connection to a service: one request at a time, and its answer read to the end."""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

_SWITCHING, _FINAL = 101, 200


class Broken(Exception):
    """No whole answer came over the connection, and none will. `heard` tells whether anything came at all."""

    def __init__(self, reason: str, *, heard: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.heard = heard


class Response(NamedTuple):
    """An answer read to its end. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Connection(asyncio.Protocol):
    """`usable` while another request may be sent; an answer has at most `largest` bytes, headers included."""

    def __init__(self, largest: int) -> None:
        self.usable = False
        self._loop = asyncio.get_running_loop()
        self.gone = self._loop.create_future()
        self._largest = largest
        self._answer: asyncio.Future[Response] | None = None
        self._parser = HttpResponseParser(self)  # for all answers: after one that it could not read comes no other
        self._expect()

    async def ask(self, request: bytes, end: float) -> Response:
        """Raises Broken, and TimeoutError at `end` on the loop's clock.

        Whoever gives up waiting ends the connection, as the answer may come later.
        """
        self.usable = False
        self._answer = self._loop.create_future()
        self._expect()
        self._transport.write(request)
        limit = self._loop.call_at(end, self._give_up)  # a tenth of the price of asyncio.timeout
        try:
            answer = await self._answer
        except BaseException:
            self.close()
            raise
        finally:
            limit.cancel()
            self._answer = None
        if not self.usable:
            self.close()
        return answer

    def close(self) -> None:
        self.usable = False
        self._transport.abort()

    def _expect(self) -> None:
        self._headers: dict[str, str] = {}
        self._pieces: list[bytes] = []
        self._size = 0
        self._headed = False

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.usable = True

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._answer.done():  # nobody asked for this: it may be meant to be the next answer
            self.close()
            return
        self._size += len(data)
        if self._size > self._largest:
            self._fail(f"answered with more than {self._largest} bytes")
            return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            self.usable = False
            self._fail("answered with something that is not HTTP")

    def eof_received(self) -> None:
        """The end of a body that has no other; False lets the loop close the connection."""
        if self._headed and not _has_length(self._headers):
            self._finish()
        self.usable = False

    def connection_lost(self, error: Exception | None) -> None:
        self.usable = False
        self._fail("broke its answer off" if self._size else str(error or "closed the connection"))
        self.gone.set_result(None)

    # What the parser calls.

    def on_message_begin(self) -> None:
        """A second answer right behind the first ends the parsing, before it can touch what the first one said."""
        if self._answer is None or self._answer.done():
            raise HttpParserError

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self._headed = self._parser.get_status_code() >= _FINAL

    def on_body(self, body: bytes) -> None:
        self._pieces.append(body)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status >= _FINAL:
            self.usable = self._parser.should_keep_alive() and not self._is_sending()
            self._finish()
        elif status != _SWITCHING:  # a word in between, such as 100 or 103
            self._headers = {}

    def _is_sending(self) -> bool:
        """An answer before the end of the request: what is still to be sent would meet the next answer."""
        return self._transport.is_closing() or self._transport.get_write_buffer_size() > 0

    def _finish(self) -> None:
        if self._answer is not None and not self._answer.done():
            pieces = self._pieces
            body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
            self._answer.set_result(Response(self._parser.get_status_code(), self._headers, body))

    def _give_up(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(TimeoutError())

    def _fail(self, reason: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Broken(reason, heard=self._size > 0))


def _has_length(headers: dict[str, str]) -> bool:
    return "content-length" in headers or "chunked" in headers.get("transfer-encoding", "").lower()
