"""A subgraph over HTTP, as a bare ASGI application: it answers the gateway and nobody else.

Errors come in three kinds: refusals keep their code, faults say SERVICE_UNAVAILABLE, and everything else is masked as
INTERNAL, with the request id to look for in the log.
"""

from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any, TypeAlias
from uuid import uuid4

import orjson
import strawberry
import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.types import Receive, Scope, Send
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from chassis.auth import CONTEXT_HEADER, InvalidToken
from chassis.context import Contexts
from chassis.database import Cause
from chassis.errors import Fault
from chassis.graphql.context import GraphRequest
from chassis.graphql.faces import face, internal, refusal
from chassis.metrics import Histogram
from chassis.telemetry import REQUEST_ID_HEADER, TRACE_HEADER, request
from chassis.tracing import trace

MakeContext: TypeAlias = Callable[[GraphRequest], Any]
_OK = 200
_UNAVAILABLE = 503
_REQUESTS = Histogram("service_request_duration_seconds", "Requests of the gateway.", ("service", "outcome"))
_log = structlog.get_logger(__name__)


class Subgraph:
    """Executes `schema` for the actor of the signed context; `make_context` builds what resolvers get."""

    def __init__(
        self, name: str, schema: strawberry.federation.Schema, contexts: Contexts, make_context: MakeContext
    ) -> None:
        self._name = name
        self._schema = schema
        self._contexts = contexts
        self._make_context = make_context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        began, request_id = perf_counter(), headers.get(REQUEST_ID_HEADER) or str(uuid4())
        with request(request_id), trace.served(self._name, headers.get(TRACE_HEADER)) as traceparent:
            status, outcome, answer = await self._masked(headers, request_id, traceparent, receive)
            trace.describe(None, {"outcome": outcome})
        _REQUESTS.observe(perf_counter() - began, self._name, outcome)
        await _send(send, status, answer)

    async def _masked(
        self, headers: Mapping[str, str], request_id: str, traceparent: str | None, receive: Receive
    ) -> tuple[int, str, bytes]:
        """The answer as JSON, whatever goes wrong on the way to it, between its status and its outcome."""
        try:
            status, answer = await self._answer(headers, Cause(request_id=request_id, traceparent=traceparent), receive)
            return status, _outcome(status, answer), orjson.dumps(answer)
        except Exception as error:  # noqa: BLE001  # a bug outside of any field; fields have their own faces
            _log.error("bug", exc_info=error)
            return 500, "bug", orjson.dumps({"data": None, "errors": [internal(request_id)]})

    async def _answer(self, headers: Mapping[str, str], cause: Cause, receive: Receive) -> tuple[int, Any]:
        try:
            actor = await self._contexts.actor(headers.get(CONTEXT_HEADER))
        except InvalidToken:
            return 401, refusal("UNAUTHENTICATED", "This service answers the gateway only.")
        except Fault as fault:
            return 503, refusal("SERVICE_UNAVAILABLE", str(fault))
        asked = _read(await _body(receive))
        if asked is None:
            return 400, refusal("BAD_REQUEST", "The body must be JSON: query, and if wanted variables, operationName.")
        context = self._make_context(GraphRequest(actor, cause))
        return 200, await self._execute(asked, context, str(cause.request_id))

    async def _execute(self, asked: "_Asked", context: Any, request_id: str) -> dict[str, Any]:
        try:
            result = await self._schema.execute(
                asked.query,
                variable_values=asked.variables,
                operation_name=asked.operation_name,
                context_value=context,
            )
        except (CannotGetOperationTypeError, InvalidOperationTypeError, MissingQueryError) as error:
            return refusal("GRAPHQL_INVALID", str(error) or "The document holds no such operation.")
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [face(error, request_id) for error in result.errors]
        return answer


class _Asked(BaseModel):
    """What the gateway posts."""

    model_config = ConfigDict(strict=True)

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = Field(default=None, alias="operationName")


def _read(body: bytes) -> _Asked | None:
    """None when the body is no question of the right shape."""
    try:
        return _Asked.model_validate(orjson.loads(body))
    except (orjson.JSONDecodeError, ValidationError):
        return None


def _outcome(status: int, answer: Mapping[str, Any]) -> str:
    if status != _OK:
        return "unavailable" if status == _UNAVAILABLE else "rejected"
    if "errors" not in answer:
        return "ok"
    return "failed" if answer["data"] is None else "partial"


async def _body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


async def _send(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
