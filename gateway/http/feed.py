"""Following what happens, for other systems: `GET /events`, as server-sent events or a page of JSON.

    GET /events?types=incident.registered.v1&companies=<id>
    Last-Event-ID: <cursor of the last event that was taken>

The notifications service is asked for one stretch after the other, each time with the rights of that moment, so who
loses a right is told nothing more by it. The id of each event is its cursor; programs that know server-sent events
send the last one themselves when they connect again, and go on where they were.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack
from typing import Any, Final
from urllib.parse import parse_qs
from uuid import UUID

import orjson
import structlog
from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chassis.errors import Fault
from chassis.events import TYPE_PREFIX
from chassis.telemetry import request as request_log
from gateway.executor import Ended
from gateway.http.answer import accepts, failed, json_answer, refused
from gateway.http.asking import CallersPeer, ServiceRefuses
from gateway.http.call import EVENT_STREAM, BadRequest, Call
from gateway.http.failures import failure
from gateway.http.listeners import Listeners
from gateway.http.pushing import push
from gateway.identity.credentials import Credential, SessionCookie, find_credential
from gateway.identity.grants import Grants, SignedOut

WAIT_SECONDS: Final = 1.5  # beside the seconds for which rights are remembered: five together
_BAD_REQUEST: Final = 400
_UNPROCESSABLE: Final = 422
_TOO_MANY: Final = 429
_UNAVAILABLE: Final = 503
_AGAIN_SECONDS: Final = 1.0
_ANSWER_SECONDS: Final = 10.0
_STRETCH: Final = 100
_LISTS: Final = ("types", "companies")
_log = structlog.get_logger(__name__)


class FeedRoutes:
    """The one route; what is told is decided by the notifications service alone."""

    def __init__(self, notifications: CallersPeer, grants: Grants, cookie: SessionCookie, listeners: Listeners) -> None:
        self._notifications = notifications
        self._grants = grants
        self._cookie = cookie
        self._listeners = listeners
        self.router = APIRouter()
        self.router.add_api_route("/events", self._events, methods=["GET"])

    async def _events(self, request: Request) -> Response:
        call = Call.of(request.scope, request.receive)
        with request_log(call.request_id):
            try:
                return await self._answer(call)
            except ServiceRefuses as no:
                return refused(call, _BAD_REQUEST if no.status == _UNPROCESSABLE else no.status, no.code, no.message)
            except Ended as full:
                return _no_place(call, full)
            except Exception as error:  # noqa: BLE001  # a bug is masked for the caller, and whole in the log
                return failed(call, failure(error, call.request_id))

    async def _answer(self, call: Call) -> Response:
        """Raises what makes it an error; nothing of a stream has been sent then."""
        credential = find_credential(call.headers, self._cookie)
        if credential is None:
            raise SignedOut
        if credential.is_cookie:
            call.check_asked_for()
        question = _question(call)
        caller = (await self._grants.actor(credential)).id
        told = await self._ask(call, credential, question)
        if not accepts(call, EVENT_STREAM):
            return json_answer(call, 200, told)
        place, ended = ExitStack(), asyncio.Event()
        place.enter_context(self._listeners.entered(str(caller), lambda _: ended.set()))
        return _Stream(self._texts(call, credential, question, told, ended), call.request_id, place)

    async def _ask(self, call: Call, credential: Credential, question: dict[str, Any]) -> dict[str, Any]:
        actor = await self._grants.actor(credential)
        answer: dict[str, Any] = await self._notifications.ask("feed", question, call, actor, timeout=_ANSWER_SECONDS)
        return answer

    async def _texts(
        self,
        call: Call,
        credential: Credential,
        question: dict[str, Any],
        told: dict[str, Any],
        ended: asyncio.Event,
    ) -> AsyncGenerator[bytes, None]:
        """Until the caller leaves, has lost the sign-in, or this gateway ends."""
        wanted = {name: value for name, value in question.items() if name != "since"}
        while not ended.is_set():
            yield _stretch(told)
            waiting = {} if told["more"] else {"wait_seconds": WAIT_SECONDS}
            try:
                told = await self._ask(call, credential, {**wanted, **waiting, "after": told["cursor"]})
            except Fault as fault:
                _log.warning("feed.waits", reason=str(fault))
                told = {"events": [], "cursor": told["cursor"], "more": False}
                await asyncio.sleep(_AGAIN_SECONDS)
            except (SignedOut, ServiceRefuses) as error:
                yield _last(error, call.request_id)
                return


class _Stream(Response):
    """`place` is left when it has ended, however that was."""

    def __init__(self, texts: AsyncGenerator[bytes, None], request_id: str, place: ExitStack) -> None:
        super().__init__()
        self._texts = texts
        self._request_id = request_id
        self._place = place

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        with self._place:
            await push(self._texts, self._request_id, receive, send)


def _no_place(call: Call, why: Ended) -> Response:
    """Listeners are told so in the terms of subscriptions; here it is a status."""
    for error in why.errors:
        return refused(call, _TOO_MANY, error["extensions"]["code"], error["message"], headers={"retry-after": "5"})
    return refused(call, _UNAVAILABLE, "SERVICE_UNAVAILABLE", "This gateway is ending; ask again.")


class _Asked(BaseModel):
    """What the address may ask for."""

    model_config = ConfigDict(extra="forbid")

    types: list[str] | None = None
    companies: list[UUID] | None = None
    after: str | None = None
    since: AwareDatetime | None = None
    first: int = Field(default=_STRETCH, ge=1, le=500)


def _question(call: Call) -> dict[str, Any]:
    """Raises BadRequest naming what is none."""
    given = parse_qs(call.query.decode("latin-1"), keep_blank_values=True)
    asked: dict[str, Any] = {name: texts[-1] for name, texts in given.items()}
    asked |= {name: [part for text in given[name] for part in text.split(",")] for name in _LISTS if name in given}
    if last := call.headers.get("last-event-id"):
        asked["after"] = last
    try:
        return _Asked.model_validate(asked).model_dump(exclude_none=True)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        known = ", ".join(_Asked.model_fields)
        raise BadRequest(f"{wrong['loc'][0]}: {wrong['msg']}. What may be asked for: {known}.") from error


def _stretch(told: dict[str, Any]) -> bytes:
    """Also where nothing was told the place is, so that who comes again need not be looked for from where they were."""
    events = b"".join(
        b"id: %b\nevent: %b\ndata: %b\n\n"
        % (each["cursor"].encode(), _short(each["event"]["type"]).encode(), orjson.dumps(each["event"]))
        for each in told["events"]
    )
    return events + b"id: %b\n\n" % told["cursor"].encode()


def _short(kind: str) -> str:
    return kind.removeprefix(TYPE_PREFIX)


def _last(error: Exception, request_id: str) -> bytes:
    """Why nothing more comes."""
    if isinstance(error, ServiceRefuses):
        told = {"code": error.code, "message": error.message}
    else:
        first = failure(error, request_id).errors[0]
        told = {"code": first["extensions"]["code"], "message": first["message"]}
    return b"event: end\ndata: " + orjson.dumps(told) + b"\n\n"
