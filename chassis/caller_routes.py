"""Answering the gateway in the name of its caller beside the graph: who asks is in the signed context, as there.

    routes = CallerRoutes(runtime.name, runtime.contexts)
    routes.on("downloads", reads=DownloadQuestion, answer=download)     # POST /downloads

An answer is sent as JSON, or chunk by chunk where it is `Streamed`. What is refused is told with its code and message.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import uuid4

import orjson
import structlog
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from chassis.auth import CONTEXT_HEADER, InvalidToken
from chassis.closing import closing
from chassis.context import Contexts
from chassis.database import Cause
from chassis.errors import ErrorCode, Fault, Refusal
from chassis.graphql.context import GraphRequest
from chassis.identifiers import to_json
from chassis.telemetry import REQUEST_ID_HEADER, TRACE_HEADER
from chassis.telemetry import request as within_request
from chassis.tracing import trace

_STATUS: Final = {ErrorCode.NOT_FOUND: 404, ErrorCode.DENIED: 403, ErrorCode.CONFLICT: 409, ErrorCode.INVALID: 422}
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Streamed:
    """Bytes that are made while they are sent, until somebody has taken them to their end or gone away."""

    chunks: AsyncIterator[bytes]
    media_type: str
    headers: Mapping[str, str]


Answer: TypeAlias = Callable[[GraphRequest, Any], Awaitable[Any]]


class CallerRoutes:
    """`routes` are to be added to the application of the service `name`."""

    def __init__(self, name: str, contexts: Contexts) -> None:
        self.routes: list[BaseRoute] = []
        self._name = name
        self._contexts = contexts

    def on(self, path: str, *, reads: type[BaseModel], answer: Answer) -> None:
        """Serves `POST /<path>`: the body is read as `reads`; what `answer` gives is sent."""
        body = TypeAdapter(reads)

        async def endpoint(request: Request) -> Response:
            request_id, given = request.headers.get(REQUEST_ID_HEADER), request.headers.get(TRACE_HEADER)
            cause_id = request_id or str(uuid4())
            with within_request(cause_id), trace.served(f"{self._name} {path}", given) as traceparent:
                cause = Cause(request_id=cause_id, traceparent=traceparent)
                return await self._answer(request, cause, body, answer)

        self.routes.append(Route(f"/{path}", endpoint, methods=["POST"]))

    async def _answer(self, request: Request, cause: Cause, body: TypeAdapter[Any], answer: Answer) -> Response:
        try:
            actor = await self._contexts.actor(request.headers.get(CONTEXT_HEADER))
            return _told(await answer(GraphRequest(actor, cause), body.validate_json(await request.body())))
        except InvalidToken:
            return _json(401, {"message": "This service answers the gateway only."})
        except ValidationError as error:
            return Response(error.json(include_url=False, include_input=False), status_code=422)
        except Refusal as refusal:
            return _json(_STATUS[refusal.code], {"code": refusal.code, "message": refusal.message, **facts_of(refusal)})
        except Fault as fault:
            _log.warning("fault", reason=str(fault))
            return _json(503, {"message": str(fault)})
        except Exception:  # noqa: BLE001  # a bug is logged here, where the request id is known
            _log.exception("bug")
            return Response(status_code=500)


class _Stream(StreamingResponse):
    """Closes what makes the bytes, however the sending ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with closing(aiter(self.body_iterator)):
            await super().__call__(scope, receive, send)


def facts_of(refusal: Refusal) -> dict[str, Any]:
    """What a refusal tells beyond its message: those of its attributes that it names in `told`."""
    names: tuple[str, ...] = getattr(refusal, "told", ())
    return {name: getattr(refusal, name) for name in names}


def _told(found: Any) -> Response:
    if isinstance(found, Streamed):
        return _Stream(found.chunks, headers=found.headers, media_type=found.media_type)
    return _json(200, found)


def _json(status: int, told: Any) -> Response:
    return Response(orjson.dumps(told, default=to_json), status, media_type="application/json")
