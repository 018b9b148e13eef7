"""A GraphQL request read from HTTP, or the reason why it is none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs
from uuid import uuid4

import orjson
from starlette.types import Receive, Scope

MOST_BODY: Final = 5_000_000
MOST_QUERY: Final = 100_000
PREFLIGHT_HEADERS: Final = ("x-registry-preflight", "apollo-require-preflight", "graphql-preflight")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


class BadRequest(Exception):
    """`status` is the HTTP status; the message tells what to do."""

    def __init__(self, message: str, status: int = 400, code: str = "BAD_REQUEST") -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    query: str
    operation_name: str | None
    variables: Mapping[str, Any]


def headers_of(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def request_id_of(headers: Mapping[str, str]) -> str:
    """The caller's own, when it is harmless in a log line."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else str(uuid4())


async def read_request(scope: Scope, headers: Mapping[str, str], receive: Receive) -> GraphQLRequest:
    """Raises BadRequest."""
    if scope["method"] == "GET":
        return _of(_parameters(scope["query_string"]))
    if scope["method"] != "POST":
        raise BadRequest("Use POST, or GET for queries.", 405)
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise BadRequest("Send the request as application/json.", 415)
    return _of(_json(await _body(receive)))


def check_not_forged(headers: Mapping[str, str], method: str, *, is_cookie: bool) -> None:
    """A page of another site can make a browser send our cookie, but no header of this kind. Raises BadRequest."""
    if is_cookie and method == "GET" and not any(name in headers for name in PREFLIGHT_HEADERS):
        raise BadRequest(f"A GET request with a session cookie must carry the header {PREFLIGHT_HEADERS[0]}.", 403)


def _of(asked: Any) -> GraphQLRequest:
    if not isinstance(asked, Mapping):
        raise BadRequest("The body must be one JSON object with a query.")
    query, name, variables = asked.get("query"), asked.get("operationName"), asked.get("variables")
    if not isinstance(query, str):
        raise BadRequest("query must be the text of a GraphQL document.")
    if len(query) > MOST_QUERY:
        raise BadRequest(f"A document has at most {MOST_QUERY} characters; send values as variables.", 413)
    if not isinstance(name, str | None) or not isinstance(variables, Mapping | None):
        raise BadRequest("operationName must be text and variables an object.")
    return GraphQLRequest(query, name, variables or {})


def _parameters(query_string: bytes) -> dict[str, Any]:
    given = {name: values[0] for name, values in parse_qs(query_string.decode("latin-1")).items()}
    asked: dict[str, Any] = dict(given)
    if "variables" in given:
        asked["variables"] = _json(given["variables"].encode())
    return asked


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest("This is no JSON.") from error


async def _body(receive: Receive) -> bytes:
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest("The request ended before its body.")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MOST_BODY:
            raise BadRequest(f"A request has at most {MOST_BODY} bytes.", 413)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)
