"""The HTTP/1.1 protocol of our servers: uvicorn's, with a bound for what comes before a body.

Nobody has shown a credential by then, so neither the memory nor the patience for it may be without end.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD: Final = 128 * 1024
HEAD_SECONDS: Final = 30.0
_TOO_LARGE: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedProtocol(HttpToolsProtocol):
    """A request's line and headers have at most `MOST_HEAD` bytes, and come within `HEAD_SECONDS`.

    What comes whole, in one piece as large as the event loop reads at once, is not counted.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._in_head = False
        self._head = 0
        self._waiting: asyncio.TimerHandle | None = None

    def on_message_begin(self) -> None:
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:
            self._wait_for_more(len(data))
        elif self._waiting is not None:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_more(self, size: int) -> None:
        self._head += size
        if self._head > MOST_HEAD:
            self.transport.write(_TOO_LARGE)
            self.transport.close()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        self._head = 0
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
