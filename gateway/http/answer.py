"""Answers over HTTP: GraphQL over HTTP's two media types, and errors that carry the request id."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from starlette.types import Send

JSON: Final = "application/json"
GRAPHQL_RESPONSE: Final = "application/graphql-response+json"


def media_type(accept: str | None) -> str:
    """The newer type where the caller asks for it, in whose answers the status tells of request errors."""
    return GRAPHQL_RESPONSE if GRAPHQL_RESPONSE in (accept or "") else JSON


def with_request_id(errors: Sequence[Mapping[str, Any]], request_id: str) -> list[dict[str, Any]]:
    return [{**error, "extensions": {**(error.get("extensions") or {}), "requestId": request_id}} for error in errors]


def problem(code: str, message: str) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code}}


async def send_json(
    send: Send, status: int, body: Any, request_id: str, kind: str = JSON, headers: Mapping[str, str] | None = None
) -> None:
    content = orjson.dumps(body)
    shown = {
        "content-type": f"{kind}; charset=utf-8",
        "content-length": str(len(content)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-request-id": request_id,
        **(headers or {}),
    }
    raw = [(name.encode(), value.encode("latin-1")) for name, value in shown.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": content})
