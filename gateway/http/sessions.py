"""Signing in and out: `POST /auth/sign-in`, `POST /auth/sign-out`, `GET /auth/session`."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from chassis.access import Actor
from chassis.errors import Fault
from chassis.peers import Peer
from gateway.http.answer import JSON, problem
from gateway.identity.credentials import SESSION_COOKIE, digest, find_credential, session_token
from gateway.identity.grants import Grants, SignedOut

_UNAVAILABLE: Final = "Signing in does not work now; try again."


class SignIn(BaseModel):
    email: str = Field(max_length=320)
    password: str = Field(max_length=1000)


class Sessions:
    """The routes; who may do what is decided by access alone."""

    def __init__(self, access: Peer, grants: Grants) -> None:
        self._access = access
        self._grants = grants
        self.router = APIRouter(prefix="/auth")
        self.router.add_api_route("/sign-in", self.sign_in, methods=["POST"])
        self.router.add_api_route("/sign-out", self.sign_out, methods=["POST"])
        self.router.add_api_route("/session", self.session, methods=["GET"])

    async def sign_in(self, asked: SignIn, request: Request) -> Response:
        """JSON only, which a form of another site cannot send."""
        if not request.headers.get("content-type", "").startswith(JSON):
            return _refused(415, "BAD_REQUEST", f"Send {JSON}.")
        client = {"address": request.client.host if request.client else None}
        try:
            told = await self._access.ask("sign-in", {**asked.model_dump(), "client": client})
        except Fault:
            return _refused(503, "SERVICE_UNAVAILABLE", _UNAVAILABLE)
        if "refused" in told:
            return _refused(401, "UNAUTHENTICATED", told["refused"])
        return _signed_in(told)

    async def sign_out(self, request: Request) -> Response:
        token = session_token(request.headers)
        if token is not None:
            await self._access.ask("sign-out", {"token_digest": digest(token)})
            self._grants.drop_credential(digest(token))
        answer = Response(status_code=204)
        answer.delete_cookie(SESSION_COOKIE, secure=True, httponly=True, samesite="lax", path="/")
        return answer

    async def session(self, request: Request) -> Response:
        """Who is signed in; the pages ask this."""
        actor = await self._actor(request)
        user = None if actor is None else {"id": str(actor.id), "name": actor.name}
        return JSONResponse({"user": user})

    async def _actor(self, request: Request) -> Actor | None:
        credential = find_credential(request.headers)
        try:
            return None if credential is None else await self._grants.actor(credential)
        except (SignedOut, Fault):
            return None


def _signed_in(told: dict[str, Any]) -> Response:
    answer = JSONResponse({"user": told["user"], "expiresAt": told["expires_at"]})
    answer.set_cookie(SESSION_COOKIE, told["token"], secure=True, httponly=True, samesite="lax", path="/")
    return answer


def _refused(status: int, code: str, message: str) -> Response:
    return JSONResponse({"errors": [problem(code, message)]}, status_code=status)
