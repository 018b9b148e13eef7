"""A subgraph over HTTP, as a bare ASGI application: it answers the gateway and nobody else.

Errors come in three kinds: refusals keep their code, faults say SERVICE_UNAVAILABLE, and everything else is masked as
INTERNAL, with the request id to look for in the log.
"""

from collections.abc import Callable
from typing import Any, TypeAlias
from uuid import uuid4

import orjson
import strawberry
import structlog
from graphql import GraphQLError
from starlette.types import Receive, Scope, Send

from chassis.access import Actor
from chassis.auth import CONTEXT_HEADER, InvalidToken
from chassis.context import Contexts
from chassis.errors import Fault, Refusal
from chassis.graphql.refusals import camel
from chassis.telemetry import REQUEST_ID_HEADER, request

MakeContext: TypeAlias = Callable[[Actor, str], Any]
_log = structlog.get_logger(__name__)


class Subgraph:
    """Executes `schema` for the actor of the signed context; `make_context` builds what resolvers get."""

    def __init__(
        self, service: str, schema: strawberry.federation.Schema, contexts: Contexts, make: MakeContext
    ) -> None:
        self._service = service
        self._schema = schema
        self._contexts = contexts
        self._make_context = make

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        request_id = headers.get(REQUEST_ID_HEADER.encode()) or str(uuid4())
        with request(request_id):
            status, answer = await self._answer(headers.get(CONTEXT_HEADER.encode()), request_id, receive)
        await _send(send, status, orjson.dumps(answer))

    async def _answer(self, token: str | None, request_id: str, receive: Receive) -> tuple[int, Any]:
        try:
            actor = await self._contexts.actor(token)
        except InvalidToken:
            return 401, _refusal("UNAUTHENTICATED", "This service answers the gateway only.")
        except Fault as fault:
            return 503, _refusal("SERVICE_UNAVAILABLE", str(fault))
        try:
            asked = orjson.loads(await _body(receive))
            query = asked["query"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return 400, _refusal("BAD_REQUEST", "The body must be JSON with a query.")
        return 200, await self._execute(query, asked, self._make_context(actor, request_id), request_id)

    async def _execute(self, query: str, asked: dict[str, Any], context: Any, request_id: str) -> dict[str, Any]:
        result = await self._schema.execute(
            query,
            variable_values=asked.get("variables"),
            operation_name=asked.get("operationName"),
            context_value=context,
        )
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [self._face(error, request_id) for error in result.errors]
        return answer

    def _face(self, error: GraphQLError, request_id: str) -> dict[str, Any]:
        cause = error.original_error
        if cause is None:
            return {**error.formatted, "extensions": {**(error.extensions or {}), "code": "GRAPHQL_INVALID"}}
        shown: dict[str, Any] = {"path": error.path}
        if isinstance(cause, Refusal):
            return shown | _one(cause.code, cause.message, field=[camel(name) for name in cause.field])
        if isinstance(cause, Fault):
            _log.warning("fault", path=error.path, reason=str(cause))
            return shown | _one("SERVICE_UNAVAILABLE", "A part of the registry does not answer now; try again.")
        _log.error("bug", path=error.path, exc_info=cause)
        return shown | _one("INTERNAL", f"Something went wrong; the operators find it by {request_id}.")


class SilentSchema(strawberry.federation.Schema):
    """Leaves the logging of errors to the endpoint, which knows refusals from bugs."""

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Nothing here."""


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
