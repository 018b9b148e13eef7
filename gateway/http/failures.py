"""What a caller is told when a request is not executed: the same by HTTP, by event stream and by WebSocket."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any, Final

import structlog

from chassis.errors import Fault
from gateway.executor import Ended
from gateway.http.call import BadRequest
from gateway.http.documents import DocumentRefused
from gateway.http.metrics import DENIED, dropped
from gateway.identity.grants import SignedOut
from gateway.operation import RequestErrors

_OK: Final = 200
_METHOD_NOT_ALLOWED: Final = 405
_SIGN_IN: Final = "Sign in: send a session cookie (POST /auth/sign-in) or an API key (Authorization: Bearer ir_...)."
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """`json_status` is for the older media type, whose answers to a well-formed request are all 200."""

    errors: list[dict[str, Any]]
    status: int
    json_status: int
    headers: Mapping[str, str] = field(default_factory=dict)


def failure(error: Exception, request_id: str) -> Failure:
    """What is not expected is masked for the caller, and whole in the log."""
    told = _failure(error)
    if told is not None:
        return told
    _log.error("bug", exc_info=error)
    return Failure([_one("INTERNAL", f"Something went wrong; the operators find it by {request_id}.")], 500, 500)


@singledispatch
def _failure(_: Exception) -> Failure | None:
    return None


@_failure.register
def _(error: BadRequest) -> Failure:
    headers = {"allow": "GET, POST"} if error.status == _METHOD_NOT_ALLOWED else {}
    return Failure([_one(error.code, error.message)], error.status, error.status, headers)


@_failure.register
def _(error: DocumentRefused) -> Failure:
    return Failure([_one(error.code, error.message)], error.status, _OK)


@_failure.register
def _(_: SignedOut) -> Failure:
    DENIED.add("UNAUTHENTICATED")
    return Failure([_one("UNAUTHENTICATED", _SIGN_IN)], 401, 401, {"www-authenticate": "Bearer"})


@_failure.register
def _(error: RequestErrors) -> Failure:
    return Failure([each.formatted() for each in error.errors], 400, _OK)


@_failure.register
def _(error: Ended) -> Failure:
    dropped(error)
    return Failure(list(error.errors), _OK, _OK)


@_failure.register
def _(error: Fault) -> Failure:
    _log.warning("fault", reason=str(error))
    text = f"The service {error.service} does not answer; try again."
    return Failure([_one("SERVICE_UNAVAILABLE", text)], 503, 503)


def _one(code: str, message: str) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code}}
