"""The public graph as a client sees it: one document and its variables in, the data out."""

import json
import ssl
from functools import partial
from types import TracebackType
from typing import Any, Self

import aiohttp

from client.backoff import Backoff, Outage
from client.credentials import Server
from client.errors import Rejected, ServerProblem, Unavailable

TIMEOUT_SECONDS = 60.0
# The statuses of a server that is busy, restarting, or hidden behind a proxy that misses it.
_PASSING = frozenset({408, 425, 429, 502, 503, 504})
# A conflict of a whole request, unlike one of a row, is a race with another that is still under way.
_PASSING_CODES = frozenset({"SERVICE_UNAVAILABLE", "CONFLICT"})
_TOO_LARGE = 413
_UNAUTHENTICATED = 401

_JSON = "application/json"


class Graph:
    """Asks one server with one API key. Use it as an async context manager; it holds the connections."""

    def __init__(self, server: Server, outage: Outage, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._server = server
        self._outage = outage
        self._timeout = timeout

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            headers={"authorization": f"Bearer {self._server.api_key}", "accept": _JSON},
            timeout=aiohttp.ClientTimeout(total=self._timeout),
            json_serialize=partial(json.dumps, ensure_ascii=False),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    def backoff(self) -> Backoff:
        """Fresh pauses for a caller that does its own repeating of `attempt`."""
        return Backoff(self._outage)

    async def ask(self, document: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """Repeat until answered, so only for what may be sent twice. Raises ServerProblem, Rejected."""
        backoff = self.backoff()
        while True:
            try:
                return await self.attempt(document, variables)
            except Unavailable as problem:
                await backoff.wait(problem)

    async def attempt(self, document: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask once. Raises Unavailable when another try may help, Rejected when the answer has errors."""
        status, headers, body = await self._post({"query": document, "variables": variables or {}})
        if status in _PASSING:
            raise Unavailable(f"it answers HTTP {status}", after=_seconds(headers.get("retry-after", "")))
        return self._data(status, body)

    async def _post(self, content: dict[str, Any]) -> tuple[int, Any, bytes]:
        try:
            # A redirected POST would become a GET, or carry the key elsewhere.
            async with self._session.post(self._server.url, json=content, allow_redirects=False) as answer:
                return answer.status, answer.headers, await answer.read()
        except (aiohttp.ClientSSLError, ssl.SSLError) as error:
            raise ServerProblem(f"No safe connection to {self._server.url}: {error}") from error
        except TimeoutError as error:
            raise Unavailable(f"no answer within {self._timeout:.0f} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unavailable(str(error) or type(error).__name__) from error

    def _data(self, status: int, body: bytes) -> dict[str, Any]:
        if status == _UNAUTHENTICATED:
            raise ServerProblem("The server does not accept the API key; it may be mistyped, expired or revoked.")
        if status == _TOO_LARGE:
            raise Rejected("TOO_LARGE", "the request is larger than the server takes")
        answer = _parse(body)
        if answer is None:
            raise ServerProblem(f"{self._server.url} answers HTTP {status} and is not a graph; check --url.")
        if answer.get("errors"):
            refusal = _refusal(answer["errors"])
            if not isinstance(refusal, Unavailable):
                self._outage.answered()
            raise refusal
        self._outage.answered()
        data: dict[str, Any] = answer.get("data") or {}
        return data


def _parse(body: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and ("data" in answer or "errors" in answer) else None


def _refusal(errors: list[dict[str, Any]]) -> ServerProblem:
    """One fault among the errors means that the whole may be asked again."""
    by_code = {str((error.get("extensions") or {}).get("code", "")): error for error in reversed(errors)}
    for code in _PASSING_CODES & by_code.keys():
        return Unavailable(str(by_code[code].get("message", code)))
    code, error = next(reversed(by_code.items()))
    message = str(error.get("message", "no reason given"))
    request_id = str((error.get("extensions") or {}).get("requestId", ""))
    if code == "INTERNAL" and request_id not in message:
        message = f"{message} The operators find it by {request_id}."
    return Rejected(code or "NO_CODE", message)


def _seconds(retry_after: str) -> float:
    """The header may also be a date, which no server of ours sends."""
    return min(float(retry_after), 60.0) if retry_after.isdigit() else 0.0
