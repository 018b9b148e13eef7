"""Asking subgraphs: time limits, one retry, sharing of identical questions, and what counts as an answer."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeAlias

import orjson
import structlog

from chassis.errors import Fault
from chassis.tracing import trace
from chassis.transport import Response, Transport
from gateway.executor.metrics import FETCHES

_OK = 200
_log = structlog.get_logger(__name__)
_CONTENT = {"content-type": "application/json", "accept": "application/json"}
_WORTH_TRYING_SECONDS = 0.005  # less is left of a time-out, because clocks tick
HeadersFor: TypeAlias = Callable[[str], Mapping[str, str]]
_Question: TypeAlias = tuple[str, str, str, bytes]  # whose, the subgraph's name and address, the body


def no_headers(_: str) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Asking:
    """On whose behalf subgraphs are asked: headers to send, end of the time (loop clock), key of who may share.

    `headers` go to all, and what `headers_for` gives for the name of a subgraph to that one alone.
    """

    headers: Mapping[str, str]
    deadline: float
    scope_key: str | None
    headers_for: HeadersFor = no_headers


class Subgraphs:
    """`fetch_seconds` bounds each fetch, its second attempt included; the request's deadline bounds all of them."""

    def __init__(self, transport: Transport, *, fetch_seconds: float) -> None:
        self._transport = transport
        self._fetch_seconds = fetch_seconds
        self._shared: dict[_Question, asyncio.Task[Response]] = {}

    async def ask(self, service: str, url: str, body: bytes, asking: Asking, *, is_query: bool) -> dict[str, Any]:
        """The answer as an object with `data`, `errors` or both. Raises Fault where there is none."""
        response = await self._respond(service, url, body, asking, is_query=is_query)
        if response.status != _OK:
            raise Fault(service, f"answered with status {response.status}")
        try:
            answer = orjson.loads(response.body)
        except orjson.JSONDecodeError as error:
            raise Fault(service, "answered with something that is not JSON") from error
        if not isinstance(answer, dict) or not ("data" in answer or answer.get("errors")):
            raise Fault(service, "answered with something that is not a GraphQL answer")
        return answer

    async def _respond(self, service: str, url: str, body: bytes, asking: Asking, *, is_query: bool) -> Response:
        if not is_query:
            return await self._post(service, url, body, asking, self._end(asking))
        if asking.scope_key is None:
            return await self._post_twice(service, url, body, asking)
        return await self._share((asking.scope_key, service, url, body), asking)

    async def _share(self, key: _Question, asking: Asking) -> Response:
        """One request for all who ask the same at the same time; it goes on even if the first of them leaves.

        Two subgraphs behind one address are two: each is sent headers of its own.
        """
        task = self._shared.get(key)
        if task is None:
            task = asyncio.create_task(self._post_twice(*key[1:], asking))
            self._shared[key] = task
            task.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(task)

    def _forget(self, key: _Question, done: asyncio.Task[Response]) -> None:
        del self._shared[key]
        if not done.cancelled():
            done.exception()

    async def _post_twice(self, service: str, url: str, body: bytes, asking: Asking) -> Response:
        """A query changes nothing, so it may be sent again after a fault, if that took not all the time there is."""
        end = self._end(asking)
        try:
            return await self._post(service, url, body, asking, end)
        except Fault as fault:
            if end - asyncio.get_running_loop().time() < _WORTH_TRYING_SECONDS:
                raise
            _log.info("subgraph_retried", service=service, reason=fault.reason)
            return await self._post(service, url, body, asking, end)

    def _end(self, asking: Asking) -> float:
        return min(asking.deadline, asyncio.get_running_loop().time() + self._fetch_seconds)

    async def _post(self, service: str, url: str, body: bytes, asking: Asking, end: float) -> Response:
        left = end - asyncio.get_running_loop().time()
        if left <= 0:
            raise Fault(service, "the request has run out of time")
        headers = {**asking.headers, **asking.headers_for(service), **_CONTENT}
        began, outcome = perf_counter(), "fault"
        try:
            with trace.asked(service, headers):
                response = await self._transport.post(url, body, headers, timeout=left)
            outcome = "ok" if response.status == _OK else "status"
        finally:
            FETCHES.observe(perf_counter() - began, service, outcome)
        return response
