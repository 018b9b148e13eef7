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
from graphql import GraphQLError, ValueNode
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.types import Receive, Scope, Send
from strawberry.exceptions import MissingQueryError, StrawberryInputCoercionError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from chassis.auth import CONTEXT_HEADER, InvalidToken
from chassis.context import Contexts
from chassis.database import Cause
from chassis.errors import Fault, Refusal
from chassis.graphql.context import GraphRequest
from chassis.graphql.refusals import camel
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
            return 500, "bug", orjson.dumps({"data": None, "errors": [_internal(request_id)]})

    async def _answer(self, headers: Mapping[str, str], cause: Cause, receive: Receive) -> tuple[int, Any]:
        try:
            actor = await self._contexts.actor(headers.get(CONTEXT_HEADER))
        except InvalidToken:
            return 401, _refusal("UNAUTHENTICATED", "This service answers the gateway only.")
        except Fault as fault:
            return 503, _refusal("SERVICE_UNAVAILABLE", str(fault))
        asked = _read(await _body(receive))
        if asked is None:
            return 400, _refusal("BAD_REQUEST", "The body must be JSON: query, and if wanted variables, operationName.")
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
            return _refusal("GRAPHQL_INVALID", str(error) or "The document holds no such operation.")
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [self._face(error, request_id) for error in result.errors]
        return answer

    def _face(self, error: GraphQLError, request_id: str) -> dict[str, Any]:
        cause = error.original_error
        if cause is None or _is_callers(error):
            code = "BAD_USER_INPUT" if _is_about_a_value(error) else "GRAPHQL_INVALID"
            return {**error.formatted, "extensions": {**(error.extensions or {}), "code": code}}
        shown: dict[str, Any] = {"path": error.path}
        if isinstance(cause, Refusal):
            return shown | _one(cause.code, cause.message, field=[camel(name) for name in cause.field])
        if isinstance(cause, Fault):
            _log.warning("fault", path=error.path, reason=str(cause))
            message = "A part of the registry does not answer now; try again."
            return shown | _one("SERVICE_UNAVAILABLE", message, service=cause.service)
        _log.error("bug", path=error.path, exc_info=cause)
        return shown | _internal(request_id)


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


def _is_callers(error: GraphQLError) -> bool:
    """Whether a value in the question is at fault: such an error stands at a place in the document, not at a field."""
    return isinstance(error.original_error, GraphQLError) or (error.path is None and bool(error.nodes))


def _is_about_a_value(error: GraphQLError) -> bool:
    """Such as a date that is none: only the subgraph knows its scalars, the gateway judges all the rest."""
    if isinstance(error, StrawberryInputCoercionError) or isinstance(error.original_error, GraphQLError):
        return True
    return any(isinstance(node, ValueNode) for node in error.nodes or ())


def _internal(request_id: str) -> dict[str, Any]:
    return _one("INTERNAL", f"Something went wrong; the operators find it by {request_id}.")


def _one(code: str, message: str, **more: Any) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code, **more}}


def _refusal(code: str, message: str) -> dict[str, Any]:
    return {"data": None, "errors": [_one(code, message)]}


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
