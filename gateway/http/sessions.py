"""Signing in and out: `POST /auth/sign-in`, `/auth/change-password`, `/auth/sign-out`, and `GET /auth/session`."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, ValidationError

from chassis.access import Actor
from chassis.errors import Fault
from chassis.peers import Peer
from chassis.telemetry import request as request_log
from gateway.http.answer import failed, json_answer, refused
from gateway.http.call import BadRequest, Call
from gateway.http.failures import failure
from gateway.identity.credentials import Credential, SessionCookie, digest, find_credential
from gateway.identity.grants import Grants, SignedOut

Farewell: TypeAlias = Callable[[str], Awaitable[str | None]]
MOST_BODY: Final = 10_000
_PATIENCE_SECONDS: Final = 15.0  # hashes are slow on purpose, and computed a few at a time
_UNAVAILABLE: Final = "Signing in and out does not work now; try again."


class SignIn(BaseModel):
    email: str = Field(max_length=320, pattern=r"^\P{Cc}*$")  # a database takes no control characters
    password: str = Field(max_length=1000)


class ChangePassword(SignIn):
    """Instead of a sign-in, for who has a password that is good for this only."""

    new_password: str = Field(alias="newPassword", max_length=1000)


class Sessions:
    """The routes; who may do what is decided by access alone."""

    def __init__(self, access: Peer, grants: Grants, cookie: SessionCookie, farewell: Farewell | None = None) -> None:
        self._access = access
        self._grants = grants
        self._cookie = cookie
        self._farewell = farewell
        self.router = APIRouter(prefix="/auth")
        self.router.add_api_route("/sign-in", _route(self._sign_in), methods=["POST"])
        self.router.add_api_route("/change-password", _route(self._change_password), methods=["POST"])
        self.router.add_api_route("/sign-out", _route(self._sign_out), methods=["POST"])
        self.router.add_api_route("/session", _route(self._session), methods=["GET"])

    async def _sign_in(self, call: Call, address: str) -> Response:
        """JSON only, which a form of another site cannot send."""
        return await self._enter("sign-in", SignIn, call, address)

    async def _change_password(self, call: Call, address: str) -> Response:
        """By the old password; ends all sessions of the user and opens one."""
        return await self._enter("change-password", ChangePassword, call, address)

    async def _enter(self, question: str, kind: type[SignIn], call: Call, address: str) -> Response:
        call.check_json()
        asked = _read(kind, await call.json(MOST_BODY))
        client = {"address": address, "agent": call.agent}
        told = await self._access.ask(question, {**asked.model_dump(), "client": client}, timeout=_PATIENCE_SECONDS)
        return _turned_away(call, told) if "refused" in told else self._signed_in(call, told)

    async def _sign_out(self, call: Call, _: str) -> Response:
        """Forgets the session here at once, also when there was none any more.

        Who signed in at a provider is told where to sign out there too.
        """
        token, address = self._cookie.token(call.headers), None
        if token is not None:
            call.check_not_forged()
            address = None if self._farewell is None else await self._farewell(token)
            await self._access.ask("sign-out", {"token_digest": digest(token)})
            self._grants.drop_credential(Credential.of_session(token))
        gone = Response(status_code=204, headers={"cache-control": "no-store"})
        answer = gone if address is None else json_answer(call, 200, {"signOutAddress": address})
        answer.delete_cookie(self._cookie.name, secure=self._cookie.secure, httponly=True, samesite="lax", path="/")
        return answer

    async def _session(self, call: Call, _: str) -> Response:
        """Who is signed in; the pages ask this."""
        actor = await self._actor(call)
        user = None if actor is None else {"id": str(actor.id), "name": actor.name}
        return json_answer(call, 200, {"user": user})

    async def _actor(self, call: Call) -> Actor | None:
        credential = find_credential(call.headers, self._cookie)
        try:
            return None if credential is None else await self._grants.actor(credential)
        except SignedOut:
            return None

    def _signed_in(self, call: Call, told: dict[str, Any]) -> Response:
        answer = json_answer(call, 200, {"user": told["user"], "expiresAt": told["expires_at"]})
        name, secure = self._cookie.name, self._cookie.secure
        answer.set_cookie(name, told["token"], secure=secure, httponly=True, samesite="lax", path="/")
        return answer


def _route(answer: Callable[[Call, str], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """`answer` gets the request and the address it came from."""

    async def endpoint(request: Request) -> Response:
        call = Call.of(request.scope, request.receive)
        with request_log(call.request_id):
            try:
                return await answer(call, request.client.host if request.client else "")
            except BadRequest as error:
                return failed(call, failure(error, call.request_id))
            except Fault:
                return refused(call, 503, "SERVICE_UNAVAILABLE", _UNAVAILABLE)

    return endpoint


def _read(kind: type[SignIn], body: Any) -> SignIn:
    """Says nothing of the values, because one of them is a password. Raises BadRequest."""
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        names = " and ".join(field.alias or name for name, field in kind.model_fields.items())
        raise BadRequest(f"Send an object with the texts {names}.") from error


def _turned_away(call: Call, told: dict[str, Any]) -> Response:
    if "retry_after" in told:
        wait = {"retry-after": str(told["retry_after"])}
        return refused(call, 429, "TOO_MANY_ATTEMPTS", told["refused"], headers=wait)
    if told.get("change_required"):
        return refused(call, 403, "PASSWORD_CHANGE_REQUIRED", told["refused"])
    if told.get("invalid"):
        return refused(call, 400, "PASSWORD_INVALID", told["refused"])
    return refused(call, 401, "UNAUTHENTICATED", told["refused"])
