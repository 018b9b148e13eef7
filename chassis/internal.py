"""Answering other services: look-ups under `/internal`, each open to the callers it names and to nobody else."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any, TypeAlias
from uuid import uuid4

import orjson
import structlog
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from chassis.auth import IDENTITY_HEADER, InvalidToken, Verifier
from chassis.errors import Fault, NotFound, Refusal
from chassis.identifiers import to_json
from chassis.publication import Lookup, Publication, SnapshotPage
from chassis.telemetry import REQUEST_ID_HEADER, TRACE_HEADER
from chassis.telemetry import request as within_request
from chassis.tracing import trace

Answer: TypeAlias = Callable[[Any], Awaitable[Any]]
_log = structlog.get_logger(__name__)


class InternalRoutes:
    """Collects the questions a service answers; `router` serves them."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier
        self.router = Router()

    def on(self, question: str, *, callers: Collection[str], reads: type[BaseModel], answer: Answer) -> None:
        """Serves `/internal/<question>`: the body is read as `reads`, what `answer` returns is sent as JSON."""
        allowed, body = frozenset(callers), TypeAdapter(reads)

        async def endpoint(request: Request) -> Response:
            if not self._may_call(request, allowed):
                return Response(status_code=403)
            try:
                asked = body.validate_json(await request.body())
            except ValidationError as error:
                return Response(error.json(include_url=False, include_input=False), status_code=422)
            request_id, given = request.headers.get(REQUEST_ID_HEADER), request.headers.get(TRACE_HEADER)
            with within_request(request_id or str(uuid4())), trace.served(question, given):
                return await _answer(question, answer(asked))

        self.router.routes.append(Route(f"/{question}", endpoint, methods=["POST"]))

    def publish(self, name: str, publication: Publication, *, callers: Collection[str]) -> None:
        """Serves a thing of ours for others' projections."""
        self.on(f"snapshots/{name}", callers=callers, reads=SnapshotPage, answer=publication.page)
        self.on(f"lookups/{name}", callers=callers, reads=Lookup, answer=publication.find)

    def _may_call(self, request: Request, allowed: frozenset[str]) -> bool:
        try:
            return self._verifier.verify(request.headers.get(IDENTITY_HEADER))["iss"] in allowed
        except InvalidToken:
            return False


async def _answer(question: str, finding: Awaitable[Any]) -> Response:
    """The three classes of errors as callers in other services tell them apart: 4xx, 503 and 500."""
    try:
        return Response(orjson.dumps(await finding, default=to_json), media_type="application/json")
    except NotFound:
        return Response(status_code=404)
    except Refusal as refusal:
        return Response(refusal.message, status_code=422)
    except Fault as fault:
        return Response(str(fault), status_code=503)
    except Exception:  # noqa: BLE001  # a bug is logged here, where the request id is known
        _log.exception("bug", question=question)
        return Response(status_code=500)
