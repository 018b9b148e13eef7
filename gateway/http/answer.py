"""Answers over HTTP: GraphQL over HTTP's two media types, and errors that carry the request id."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chassis.telemetry import REQUEST_ID_HEADER
from gateway.executor import Answer
from gateway.http.call import EVENT_STREAM, JSON, Call
from gateway.http.failures import Failure

GRAPHQL_RESPONSE: Final = "application/graphql-response+json"
_REQUEST_ID: Final = REQUEST_ID_HEADER.encode()
_WILDCARDS: Final = ("*/*", "application/*")
_WEIGHT: Final = re.compile(r"q\s*=\s*([01](?:\.\d{0,3})?)")


def media_type(call: Call) -> str:
    """The newer type where the caller likes it no less, in whose answers the status tells of request errors.

    Event streams are for who likes them better than any plain answer.
    """
    return _chosen(call.headers.get("accept", "").lower())


def accepts(call: Call, kind: str) -> bool:
    """Whether the caller names it."""
    return kind in call.headers.get("accept", "").lower()


@lru_cache(maxsize=256)
def _chosen(accept: str) -> str:
    """By weight. A wildcard means the older type, and so does what names none of them: it hurts nobody."""
    weights = dict(map(_weighed, accept.split(",")))
    newer, older = weights.get(GRAPHQL_RESPONSE, 0.0), weights.get(JSON, 0.0)
    plain = max(newer, older, *(weights.get(wildcard, 0.0) for wildcard in _WILDCARDS))
    if weights.get(EVENT_STREAM, 0.0) > plain:
        return EVENT_STREAM
    return GRAPHQL_RESPONSE if newer > 0 and newer >= older else JSON


def _weighed(part: str) -> tuple[str, float]:
    name, *parameters = (text.strip() for text in part.split(";"))
    for parameter in parameters:
        if weight := _WEIGHT.fullmatch(parameter):
            return name, float(weight[1])
    return name, 1.0


class Answered:
    """The answer to an operation: as a framework's response, in half the time."""

    __slots__ = ("_body", "_head")

    def __init__(self, call: Call, answer: Answer, kind: str) -> None:
        self._body = orjson.dumps(with_request_id(answer.as_dict(), call.request_id))
        length, request_id = b"%d" % len(self._body), call.request_id.encode("latin-1")
        self._head = [*_heads(kind), (b"content-length", length), (_REQUEST_ID, request_id)]

    async def __call__(self, _: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self._head})
        await send({"type": "http.response.body", "body": self._body})


@lru_cache(maxsize=8)
def _heads(kind: str) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in _headers(kind).items()]


def _headers(kind: str) -> dict[str, str]:
    """Of every answer."""
    return {
        "content-type": f"{kind}; charset=utf-8",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }


def json_answer(
    call: Call, status: int, body: Mapping[str, Any], *, kind: str = JSON, headers: Mapping[str, str] | None = None
) -> Response:
    """Errors in `body` get the request id."""
    shown = {**_headers(kind), REQUEST_ID_HEADER: call.request_id, **(headers or {})}
    return Response(orjson.dumps(with_request_id(body, call.request_id)), status, shown)


def failed(call: Call, failure: Failure, kind: str = JSON) -> Response:
    """To a request that is not executed. Who likes an event stream best gets JSON, because there is no stream."""
    status = failure.json_status if kind == JSON else failure.status
    shown = JSON if kind == EVENT_STREAM else kind
    return json_answer(call, status, {"errors": failure.errors}, kind=shown, headers=failure.headers)


def refused(
    call: Call,
    status: int,
    code: str,
    message: str,
    *,
    kind: str = JSON,
    headers: Mapping[str, str] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Response:
    """An answer that is one error; `facts` stand beside its code."""
    error = {"message": message, "extensions": {**(facts or {}), "code": code}}
    return json_answer(call, status, {"errors": [error]}, kind=kind, headers=headers)


def with_request_id(told: Mapping[str, Any], request_id: str) -> Mapping[str, Any]:
    """The same, with the request id in each of its errors."""
    errors = told.get("errors")
    return {**told, "errors": [_marked(error, request_id) for error in errors]} if errors else told


def _marked(error: Mapping[str, Any], request_id: str) -> dict[str, Any]:
    return {**error, "extensions": {**(error.get("extensions") or {}), "requestId": request_id}}
