"""One HTTP request as it comes: its headers and request id first, its body only when somebody has been let in."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import getrandbits
from time import perf_counter
from typing import Any, Final, Self
from uuid import UUID

import orjson
from starlette.types import Receive, Scope

from chassis.telemetry import REQUEST_ID_HEADER, TRACE_HEADER
from chassis.tracing import is_traceparent

JSON: Final = "application/json"
EVENT_STREAM: Final = "text/event-stream"
PREFLIGHT_HEADERS: Final = ("x-registry-preflight", "apollo-require-preflight", "graphql-preflight")
_LONGEST_AGENT: Final = 300
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


class BadRequest(Exception):
    """`status` is the HTTP status; the message tells what to do."""

    def __init__(self, message: str, status: int = 400, code: str = "BAD_REQUEST") -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code


class Observed:
    """What the figures need to know of a request: when it began (`perf_counter`), and, once read, what it asks."""

    __slots__ = ("began", "kind")

    def __init__(self) -> None:
        self.began = perf_counter()
        self.kind = "unknown"


@dataclass(frozen=True, slots=True)
class Call:
    """`headers` have lower-case names; what came several times is joined. `query` is the raw query string."""

    method: str
    headers: Mapping[str, str]
    query: bytes
    request_id: str
    _receive: Receive = field(repr=False)
    observed: Observed = field(default_factory=Observed, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, scope: Scope, receive: Receive) -> Self:
        headers = joined_headers(scope)
        given = headers.get(REQUEST_ID_HEADER, "")
        request_id = given if _REQUEST_ID.fullmatch(given) else _new_id()
        return cls(scope["method"], headers, scope["query_string"], request_id, receive)

    @property
    def is_json(self) -> bool:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower() == JSON

    def check_not_forged(self) -> None:
        """A page of another site can make a browser send our cookie, but nothing of this kind. Raises BadRequest."""
        if not self.is_json and not any(name in self.headers for name in PREFLIGHT_HEADERS):
            raise BadRequest(
                f"A request with a session cookie must be {JSON} or carry the header {PREFLIGHT_HEADERS[0]}.",
                403,
                "PREFLIGHT_REQUIRED",
            )

    def check_asked_for(self) -> None:
        """That our own page asks for what a GET gives, or a person who goes there, as the browser tells it.

        Browsers that tell nothing bring the cookie to where a person goes only (SameSite). Raises BadRequest.
        """
        if "prefetch" in self.headers.get("sec-purpose", self.headers.get("purpose", "")):
            raise BadRequest("This is not fetched beforehand.", 403, "PREFETCH_REFUSED")
        if self.headers.get("sec-fetch-site", "none") in {"same-origin", "none"}:
            return
        if (self.headers.get("sec-fetch-mode"), self.headers.get("sec-fetch-dest")) != ("navigate", "document"):
            raise BadRequest("No page of another site may fetch this; open it.", 403, "CROSS_SITE_REFUSED")

    def check_json(self) -> None:
        """Raises BadRequest."""
        if not self.is_json:
            raise BadRequest(f"Send the request as {JSON}.", 415, "UNSUPPORTED_MEDIA_TYPE")

    def passed_on(self) -> dict[str, str]:
        """All that subgraphs get of the caller's headers."""
        given = self.headers.get(TRACE_HEADER)
        if given is None or not is_traceparent(given):
            return {REQUEST_ID_HEADER: self.request_id}
        return {REQUEST_ID_HEADER: self.request_id, TRACE_HEADER: given}

    @property
    def size(self) -> int:
        """Of the body in bytes, as the headers tell it; 0 where they do not."""
        told = self.headers.get("content-length", "")
        return int(told) if told.isdecimal() else 0

    @property
    def agent(self) -> str:
        """What the caller's program calls itself, for its user to recognise it by."""
        told = self.headers.get("user-agent", "")
        return "".join(sign for sign in told if sign.isprintable())[:_LONGEST_AGENT]

    async def json(self, most: int, check: Callable[[bytes], None] = lambda _: None) -> Any:
        """The body, of at most `most` bytes; `check` may refuse it unread. Raises BadRequest."""
        text = await self.body(most)
        check(text)
        return parse_json(text)

    async def body(self, most: int) -> bytes:
        """Of at most `most` bytes. Raises BadRequest."""
        _check_size(self.size, most)
        body, more = bytearray(), True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise BadRequest("The request ended before its body.")
            body += message.get("body", b"")
            _check_size(len(body), most)
            more = message.get("more_body", False)
        return bytes(body)


@dataclass(frozen=True, slots=True)
class Message(Call):
    """A request that came over a connection already open: `headers` are those the connection was opened with."""

    payload: Any = None

    async def json(self, *_: object) -> Any:
        """Whatever its size was: the connection has looked at that."""
        return self.payload


def parse_json(text: bytes) -> Any:
    """Raises BadRequest."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRequest("This is no JSON.") from error


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise BadRequest(f"A request has at most {most} bytes.", 413, "TOO_LARGE")


def _new_id() -> str:
    """It names a request and guards nothing, so it need not cost what a secret costs."""
    return str(UUID(int=getrandbits(128), version=4))


def joined_headers(scope: Scope) -> dict[str, str]:
    """By lower-case name.

    Two credentials in one request become one that is none, so nobody has to guess which one counts.
    """
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        between = "; " if name == "cookie" else ", "
        headers[name] = f"{headers[name]}{between}{value}" if name in headers else value
    return headers
