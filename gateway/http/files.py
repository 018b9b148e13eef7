"""Getting files: `GET /files/{id}`, `GET /files/{id}/preview` for a small picture of one, and all of an incident.

The files service decides anew each time, writes down who gets what, and only then gives a link to the store that is
good for five seconds: a link of the store's cannot be recalled. `HEAD` tells what would come, gives no link, and so is
no download.

A browser brings the session's cookie by itself, so a page of another site could make it download something in its
user's name. It is let through where our own pages ask, or a person goes there: by a link in a mail, say. What other
sites embed or fetch is refused, and so is what a browser fetches before anybody asked for it.

Each request spends of what its caller may cost in a minute, as the graph's do: a download is written down twice.
"""

import html
import re
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any, Final, NamedTuple, TypeAlias

import structlog
from fastapi import APIRouter, Request
from starlette.responses import Response

from chassis.access import Actor
from chassis.errors import ErrorCode, Fault, NotFound
from chassis.metrics import Histogram
from chassis.telemetry import request as request_log
from gateway.http.answer import accepts, failed, refused
from gateway.http.asking import CallersPeer, ServiceRefuses
from gateway.http.bundles import Bundles
from gateway.http.call import BadRequest, Call
from gateway.http.failures import failure
from gateway.http.pages import page
from gateway.identity.credentials import Credential, SessionCookie, find_credential
from gateway.identity.grants import Grants, SignedOut
from gateway.operation import Budgets, BudgetSpent, RequestFailure

SECURITY: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_REQUESTS: Final = Histogram(
    "file_request_duration_seconds",
    "Requests for files, from the head of the request to the link, or to the head of the answer.",
    ("kind", "outcome"),
)
_ID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_BYTES: Final = "application/octet-stream"
_SECONDS: Final = 10.0
_TOO_MANY: Final = 429
_AGAIN: Final = {"CHECKING": "2", "QUARANTINED": "60"}
COSTS: Final = {"download": 1_000, "description": 100, "preview": 100, "bundle": 10_000}  # in the unit of operations
_TITLE: Final = "This file cannot be had"
_SIGN_IN: Final = "Sign in first, then open it again."
_log = structlog.get_logger(__name__)
Give: TypeAlias = Callable[[Call, "Caller", str], Awaitable[Response]]


class Caller(NamedTuple):
    """Who asks, and by what that is known."""

    credential: Credential
    actor: Actor


class FileRoutes:
    """The routes; who gets what is decided by the files service alone."""

    def __init__(self, files: CallersPeer, grants: Grants, cookie: SessionCookie, budgets: Budgets) -> None:
        self._budgets = budgets
        self._files = files
        self._grants = grants
        self._cookie = cookie
        self._bundles = Bundles(files, grants)
        self.router = APIRouter(prefix="/files")
        self.router.add_api_route("/{id}", self._route("description", self._describe), methods=["HEAD"])
        self.router.add_api_route("/{id}", self._route("download", self._download), methods=["GET"])
        self.router.add_api_route("/{id}/preview", self._route("preview", self._preview), methods=["GET", "HEAD"])
        self.router.add_api_route("/incidents/{id}/bundle", self._route("bundle", self._bundle), methods=["GET"])

    async def _download(self, call: Call, caller: Caller, id: str) -> Response:
        """Who asks for a range goes on with what they have begun."""
        body = {"file_id": id, "goes_on": "range" in call.headers}
        return _sent_to(await self._files.ask("downloads", body, call, caller.actor, timeout=_SECONDS))

    async def _preview(self, call: Call, caller: Caller, id: str) -> Response:
        return _sent_to(await self._files.ask("previews", {"file_id": id}, call, caller.actor, timeout=_SECONDS))

    async def _describe(self, call: Call, caller: Caller, id: str) -> Response:
        told = await self._files.ask("descriptions", {"file_id": id}, call, caller.actor, timeout=_SECONDS)
        shown = {"content-length": str(told["size"]), "content-disposition": told["disposition"]}
        return Response(headers={**SECURITY, **shown, "etag": f'"{told["sha256"]}"'}, media_type=_BYTES)

    async def _bundle(self, call: Call, caller: Caller, id: str) -> Response:
        return await self._bundles.give(call, caller.credential, caller.actor, id, SECURITY)

    def _route(self, kind: str, give: Give) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            call, began = Call.of(request.scope, request.receive), perf_counter()
            with request_log(call.request_id):
                answer, outcome = await self._answer(call, request.path_params["id"], kind, give)
            _REQUESTS.observe(perf_counter() - began, kind, outcome)
            return answer

        return endpoint

    async def _answer(self, call: Call, id: str, kind: str, give: Give) -> tuple[Response, str]:
        """And how it came out."""
        try:
            caller = await self._caller(call)
            self._budgets.spend(str(caller.actor.id), COSTS[kind])
            return await give(call, caller, _checked(id, kind)), "ok"
        except ServiceRefuses as no:
            _log.info("file.refused", code=no.code, status=no.status)
            return _refused(call, no), "rejected"
        except BudgetSpent as spent:
            return _too_much(call, spent), "rejected"
        except (SignedOut, BadRequest) as error:
            return _failed(call, error, _SIGN_IN if isinstance(error, SignedOut) else error.message), "rejected"
        except Fault as fault:
            return _failed(call, fault, "It does not work now; try again."), "unavailable"
        except Exception as error:  # noqa: BLE001  # a bug is masked for the caller, and whole in the log
            return _failed(call, error, "Something went wrong."), "bug"

    async def _caller(self, call: Call) -> Caller:
        credential = find_credential(call.headers, self._cookie)
        if credential is None:
            raise SignedOut
        if credential.is_cookie:
            call.check_asked_for()
        return Caller(credential, await self._grants.actor(credential))


def _checked(id: str, kind: str) -> str:
    """What can be no id is as absent as one that is nobody's, and nobody is asked for it. Raises ServiceRefuses."""
    if not _ID.fullmatch(id):
        what = "The incident was" if kind == "bundle" else "The file was"
        raise ServiceRefuses(404, ErrorCode.NOT_FOUND, NotFound(what).message, {})
    return id


def _sent_to(told: Any) -> Response:
    return Response(status_code=303, headers={**SECURITY, "location": told["url"]})


def _refused(call: Call, no: ServiceRefuses) -> Response:
    wait = {"retry-after": again} if (again := _AGAIN.get(no.facts.get("state", ""))) else {}
    answer = refused(call, no.status, no.code, no.message, headers=wait, facts=no.facts)
    return _for_people(no.message, answer) if accepts(call, "text/html") else answer


def _too_much(call: Call, spent: BudgetSpent) -> Response:
    wait = {"retry-after": str(spent.seconds)}
    answer = refused(call, _TOO_MANY, RequestFailure.BUDGET, str(spent), headers=wait)
    return _for_people(str(spent), answer) if accepts(call, "text/html") else answer


def _failed(call: Call, error: Exception, text: str) -> Response:
    answer = failed(call, failure(error, call.request_id))
    return _for_people(text, answer) if accepts(call, "text/html") else answer


def _for_people(text: str, answer: Response) -> Response:
    """The same as a page."""
    shown = page("refused.html", {"title": _TITLE, "reason": html.escape(text)}, answer.status_code)
    kept = ("x-request-id", "retry-after", "www-authenticate", "cache-control")
    shown.headers.update({name: answer.headers[name] for name in kept if name in answer.headers})
    return shown
