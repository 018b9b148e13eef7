"""A subgraph's subscriptions, in the protocol graphql-transport-ws: for the gateway and nobody else.

What a subscription gets lives as long as it does, so nothing that was read for one event may be remembered for the
next: the gateway makes each event whole by asking the graph anew.
"""

from collections.abc import AsyncGenerator, Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import strawberry
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from chassis.auth import CONTEXT_HEADER, InvalidToken
from chassis.context import Contexts
from chassis.database import Cause
from chassis.errors import Fault
from chassis.graphql.context import GraphRequest
from chassis.graphql.endpoint import MakeContext
from chassis.graphql.faces import face
from chassis.telemetry import REQUEST_ID_HEADER, TRACE_HEADER, request
from chassis.tracing import trace

_UNAUTHORIZED: Final = 4401
_TRY_AGAIN: Final = 1013
_CONTEXT: Final = "registry.context"
_REQUEST_ID: Final = "registry.request_id"
_INIT_SECONDS: Final = 10


class SubgraphSockets:
    """One socket for each subscription, in the name of the actor of the signed context it is opened with."""

    def __init__(
        self, name: str, schema: strawberry.federation.Schema, contexts: Contexts, make_context: MakeContext
    ) -> None:
        self._name = name
        self._contexts = contexts
        self._make_context = make_context
        self._speaks = _Speaks(
            _Masked(schema),  # type: ignore[arg-type]  # of the schema only `stream` is used
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=timedelta(seconds=_INIT_SECONDS),
            max_subscriptions_per_connection=1,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        request_id = headers.get(REQUEST_ID_HEADER) or str(uuid4())
        with request(request_id), trace.served(self._name, headers.get(TRACE_HEADER)) as traceparent:
            try:
                actor = await self._contexts.actor(headers.get(CONTEXT_HEADER))
            except InvalidToken:
                await _refuse(send, _UNAUTHORIZED)
            except Fault:
                await _refuse(send, _TRY_AGAIN)
            else:
                cause = Cause(request_id=request_id, traceparent=traceparent)
                given = {_CONTEXT: self._make_context(GraphRequest(actor, cause)), _REQUEST_ID: request_id}
                await self._speaks({**scope, **given}, receive, send)


async def _refuse(send: Send, code: int) -> None:
    await send({"type": "websocket.close", "code": code})


class _Speaks(GraphQL[Any, None]):
    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Any:  # noqa: ARG002  # the library's signature
        return _Given(request.scope[_CONTEXT], request.scope[_REQUEST_ID])


class _Given:
    """The context of the resolvers, on its way through the library, and what errors are found by."""

    def __init__(self, context: Any, request_id: str) -> None:
        self.context = context
        self.request_id = request_id


class _Masked:
    """The schema with errors as the endpoint shows them."""

    def __init__(self, schema: strawberry.federation.Schema) -> None:
        self._schema = schema

    async def stream(
        self, query: str, *, context_value: _Given, variable_values: Mapping[str, Any] | None, **more: Any
    ) -> AsyncGenerator[Any, None]:
        results: Any = await self._schema.stream(
            query,
            variable_values=None if variable_values is None else dict(variable_values),
            context_value=context_value.context,
            **more,
        )
        return _faced(results, context_value.request_id)


async def _faced(results: Any, request_id: str) -> AsyncGenerator[Any, None]:
    try:
        async for result in results:
            if result.errors:
                result.errors = [_shown(error, request_id) for error in result.errors]
            yield result
    finally:
        await results.aclose()


def _shown(error: GraphQLError, request_id: str) -> GraphQLError:
    told = face(error, request_id)
    return GraphQLError(told["message"], path=told.get("path"), extensions=told["extensions"])
