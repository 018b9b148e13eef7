"""The graph's endpoint as a bare ASGI application: a framework's route would cost a third of a small request."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chassis.errors import Fault
from chassis.telemetry import request
from gateway.http.answer import bad_request, json_answer, media_type, refused
from gateway.http.call import JSON, BadRequest, Call
from gateway.http.documents import DocumentRefused
from gateway.http.doors import Door
from gateway.http.request import check_form
from gateway.identity.grants import SignedOut
from gateway.operation import RequestErrors

Page: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
_SIGN_IN: Final = "Sign in: send a session cookie (POST /auth/sign-in) or an API key (Authorization: Bearer ir_...)."
_log = structlog.get_logger(__name__)


class GraphEndpoint:
    """`POST` and `GET` of GraphQL over HTTP; a browser that asks for a page gets `page`."""

    def __init__(self, door: Door, page: Page) -> None:
        self._door = door
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = Call.of(scope, receive)
        if _wants_page(call):
            await self._page(scope, receive, send)
            return
        with request(call.request_id):
            response = await self._respond(call)
        await response(scope, receive, send)

    async def _respond(self, call: Call) -> Response:
        try:
            return await self._answer(call, media_type(call))
        except Exception:  # noqa: BLE001  # the last defence: a bug is masked for the caller and whole in the log
            _log.exception("bug")
            text = f"Something went wrong; the operators find it by {call.request_id}."
            return refused(call, 500, "INTERNAL", text, kind=media_type(call))

    async def _answer(self, call: Call, kind: str) -> Response:
        try:
            check_form(call)
            answer = await self._door.execute(call)
        except DocumentRefused as error:
            return refused(call, 200 if kind == JSON else error.status, error.code, error.message, kind=kind)
        except BadRequest as error:
            return bad_request(call, error, kind)
        except SignedOut:
            return refused(call, 401, "UNAUTHENTICATED", _SIGN_IN, kind=kind, headers={"www-authenticate": "Bearer"})
        except RequestErrors as errors:
            told = {"errors": [error.formatted() for error in errors.errors]}
            return json_answer(call, 200 if kind == JSON else 400, told, kind=kind)
        except Fault as fault:
            _log.warning("fault", reason=str(fault))
            text = f"The service {fault.service} does not answer; try again."
            return refused(call, 503, "SERVICE_UNAVAILABLE", text, kind=kind)
        return json_answer(call, 200, answer.as_dict(), kind=kind)


def _wants_page(call: Call) -> bool:
    """Browsers name HTML and no JSON; a program that takes both is better served with JSON."""
    accepted = call.headers.get("accept", "").lower()
    return call.method == "GET" and "text/html" in accepted and "json" not in accepted
