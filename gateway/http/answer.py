"""Answers over HTTP: GraphQL over HTTP's two media types, and errors that carry the request id."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import orjson
from starlette.responses import Response

from chassis.telemetry import REQUEST_ID_HEADER
from gateway.http.call import JSON, BadRequest, Call

GRAPHQL_RESPONSE: Final = "application/graphql-response+json"
_METHOD_NOT_ALLOWED: Final = 405
_WEIGHT: Final = re.compile(r"q\s*=\s*([01](?:\.\d{0,3})?)")


def media_type(call: Call) -> str:
    """The newer type where the caller likes it no less, in whose answers the status tells of request errors."""
    return _chosen(call.headers.get("accept", "").lower())


@lru_cache(maxsize=256)
def _chosen(accept: str) -> str:
    """By weight. A wildcard means the older type, and so does what names neither: it hurts nobody."""
    weights = dict(map(_weighed, accept.split(",")))
    newer = weights.get(GRAPHQL_RESPONSE, 0.0)
    return GRAPHQL_RESPONSE if newer > 0 and newer >= weights.get(JSON, 0.0) else JSON


def _weighed(part: str) -> tuple[str, float]:
    name, *parameters = (text.strip() for text in part.split(";"))
    for parameter in parameters:
        if weight := _WEIGHT.fullmatch(parameter):
            return name, float(weight[1])
    return name, 1.0


def json_answer(
    call: Call, status: int, body: Mapping[str, Any], *, kind: str = JSON, headers: Mapping[str, str] | None = None
) -> Response:
    """Errors in `body` get the request id."""
    errors = body.get("errors")
    told = {**body, "errors": _with_request_id(errors, call.request_id)} if errors else body
    shown = {
        "content-type": f"{kind}; charset=utf-8",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        REQUEST_ID_HEADER: call.request_id,
        **(headers or {}),
    }
    return Response(orjson.dumps(told), status, shown)


def refused(
    call: Call, status: int, code: str, message: str, *, kind: str = JSON, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer that is one error."""
    error = {"message": message, "extensions": {"code": code}}
    return json_answer(call, status, {"errors": [error]}, kind=kind, headers=headers)


def bad_request(call: Call, error: BadRequest, kind: str = JSON) -> Response:
    allowed = {"allow": "GET, POST"} if error.status == _METHOD_NOT_ALLOWED else None
    return refused(call, error.status, error.code, error.message, kind=kind, headers=allowed)


def _with_request_id(errors: Sequence[Mapping[str, Any]], request_id: str) -> list[dict[str, Any]]:
    return [{**error, "extensions": {**(error.get("extensions") or {}), "requestId": request_id}} for error in errors]
