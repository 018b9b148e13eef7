"""A GraphQL request read from an HTTP request, or the reason why it is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs

from gateway.http.call import BadRequest, Call, parse_json
from gateway.operation import OperationLimits, check_json

MOST_QUERY: Final = 100_000
_OBJECTS: Final = ("variables", "extensions")
_NEEDS_STREAM: Final = (
    "The answers to a subscription are a stream: send accept: text/event-stream, "
    "or use a WebSocket with the protocol graphql-transport-ws."
)
SHA256_PREFIX: Final = "sha256:"


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """Bytes of a body at most: of a `mutation` more than of `any`, because it may bring long texts along.

    A body without a length in its headers is one of any, and so is the query string of a GET.
    """

    any: int = 100_000
    mutation: int = 2_100_000

    @property
    def most(self) -> int:
        return max(self.any, self.mutation)

    def check(self, call: Call, kind: str) -> None:
        """`kind` is that of the operation. Raises BadRequest."""
        if call.size > self.any and kind != "mutation":
            raise BadRequest(f"A {kind} has at most {self.any} bytes.", 413, "TOO_LARGE")


OPEN_BODIES: Final = BodyLimits(any=2_100_000)


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """`query` or `document_id` is there, or both; the id of an automatic persisted query is its SHA-256 in hex."""

    query: str | None
    document_id: str | None
    operation_name: str | None
    variables: Mapping[str, Any]


def check_form(call: Call) -> None:
    """What can be told without the body. Raises BadRequest."""
    if call.method not in {"GET", "POST"}:
        raise BadRequest("Use POST, or GET for queries.", 405, "METHOD_NOT_ALLOWED")
    if call.method == "POST":
        call.check_json()


def check_method(call: Call, kind: str, *, streamed: bool) -> None:
    """`kind` is that of the operation; if `streamed`, many answers may go to one question. Raises BadRequest."""
    if call.method == "GET" and kind == "mutation":
        raise BadRequest("Mutations are not sent by GET; use POST.", 405, "METHOD_NOT_ALLOWED")
    if kind == "subscription" and not streamed:
        raise BadRequest(_NEEDS_STREAM, 406, "STREAM_REQUIRED")


async def read_request(call: Call, bodies: BodyLimits, limits: OperationLimits) -> GraphQLRequest:
    """Raises BadRequest and RequestErrors."""
    if call.method == "GET":
        if len(call.query) > bodies.any:
            raise BadRequest(f"A query string has at most {bodies.any} bytes.", 413, "TOO_LARGE")
        return _of(_parameters(call.query))
    most = bodies.most if call.size > bodies.any else bodies.any
    return _of(await call.json(most, lambda text: check_json(text, limits)))


def _of(asked: Any) -> GraphQLRequest:
    if not isinstance(asked, Mapping):
        raise BadRequest("The body must be one JSON object with a query.")
    query, name = asked.get("query"), asked.get("operationName")
    if not isinstance(name, str | None):
        raise BadRequest("operationName must be text.")
    for key in _OBJECTS:
        if not isinstance(asked.get(key), Mapping | None):
            raise BadRequest(f"{key} must be an object.")
    document_id = _document_id(asked)
    _check_query(query, document_id)
    return GraphQLRequest(query, document_id, name or None, asked.get("variables") or {})


def _check_query(query: Any, document_id: str | None) -> None:
    if query is None and document_id is not None:
        return
    if not isinstance(query, str):
        raise BadRequest("query must be the text of a GraphQL document.")
    if len(query) > MOST_QUERY:
        raise BadRequest(f"A document has at most {MOST_QUERY} characters; send values as variables.", 413, "TOO_LARGE")


def _document_id(asked: Mapping[str, Any]) -> str | None:
    """From `documentId`, or from the extension by which clients of automatic persisted queries say the same."""
    given = asked.get("documentId")
    if given is None:
        given = _persisted(asked.get("extensions") or {})
    if not isinstance(given, str | None):
        raise BadRequest("The id of a document must be text.")
    return given.removeprefix(SHA256_PREFIX) if given else None


def _persisted(extensions: Mapping[str, Any]) -> Any:
    told = extensions.get("persistedQuery")
    if told is None:
        return None
    if not isinstance(told, Mapping) or told.get("version") != 1 or not told.get("sha256Hash"):
        raise BadRequest("persistedQuery must have version 1 and a sha256Hash.")
    return told["sha256Hash"]


def _parameters(query: bytes) -> dict[str, Any]:
    given = {name: values[0] for name, values in parse_qs(query.decode("latin-1")).items()}
    return {name: parse_json(value.encode()) if name in _OBJECTS else value for name, value in given.items()}
