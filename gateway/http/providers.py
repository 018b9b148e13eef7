"""Signing in at providers of OpenID Connect, below `/auth/oidc`.

`GET /auth/oidc` lists them; `GET .../<name>/start?return_to=/path` sends the browser there, `GET .../<name>/callback`
is where it comes back to; to `POST .../<name>/logout` the provider tells that somebody has signed out there.

What the beginning must remember is in a sealed cookie of that browser, for ten minutes and one use. So nobody else's
answer, and no answer to something else, is taken.
"""

import hmac
import html
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any, Final
from urllib.parse import parse_qsl

import structlog
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from chassis.errors import Fault, NotFound
from chassis.peers import Peer
from chassis.telemetry import request as request_log
from gateway.http.answer import failed, json_answer
from gateway.http.call import BadRequest, Call
from gateway.http.failures import failure
from gateway.http.pages import page
from gateway.identity.credentials import SessionCookie, digest
from gateway.identity.oidc.people import person
from gateway.identity.oidc.provider import Pending, Provider, Told
from gateway.identity.oidc.rechecking import TOKENS
from gateway.identity.oidc.registered import Registered
from gateway.identity.oidc.tokens import Refused

SECONDS: Final = 600
_PURPOSE: Final = "sign-in"
_MOST_QUERY: Final = 8_000
_MOST_LOGOUT: Final = 20_000
_PATH: Final = re.compile(r"/(?![/\\])[!-\[\]-~]{0,500}")  # of this host: what is printable in ASCII, without backslash
_TITLE: Final = "You are not signed in"
_TEXTS: Final = {
    "START": "This sign-in was begun in another browser, long ago, or was finished already. Begin it again.",
    "DENIED": "The provider did not let you in, or you did not want it to.",
    "AWAY": "The provider does not answer as it should. Try again in a minute.",
    "BROKEN": "What the provider said could not be verified. Try again; if it stays so, tell your administrator.",
    "UNVERIFIED_MAIL": "The provider has not verified your mail address, so nobody knows who you are here.",
    "UNKNOWN_USER": "You may not use this registry yet. Ask its administrator.",
    "NOT_ALLOWED": "You may not use this registry. Ask its administrator.",
    "REPLAYED": "This sign-in was finished already. Begin it again.",
}
_STATUS: Final = {"START": 400, "AWAY": 502, "BROKEN": 502, "REPLAYED": 400}
_log = structlog.get_logger(__name__)
Answer = Callable[[Call, Provider, str], Awaitable[Response]]


class TurnedAway(Exception):
    """`code` is one of the texts of the page; `reason` is for the log."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class ProviderRoutes:
    """Without `providers` nothing is there but an empty list."""

    def __init__(self, access: Peer, registered: Registered, session: SessionCookie) -> None:
        self._access = access
        self._providers = registered.providers
        self._seal = registered.seal
        self._home = registered.home
        self._session = session
        prefix = "__Host-" if session.secure else ""
        self._cookie = SessionCookie(f"{prefix}registry-oidc", secure=session.secure)
        self.router = APIRouter(prefix="/auth/oidc")
        self.router.add_api_route("", self._list, methods=["GET"])
        self.router.add_api_route("/{name}/start", self._route(self._start), methods=["GET"])
        self.router.add_api_route("/{name}/callback", self._route(self._callback), methods=["GET"])
        self.router.add_api_route("/{name}/logout", self._route(self._logout), methods=["POST"])

    async def farewell(self, token: str) -> str | None:
        """Where to send the browser whose session this is, so that it signs out at the provider too."""
        if not self._providers:
            return None
        try:
            opened: dict[str, Any] = await self._access.ask("identity-session", {"token_digest": digest(token)})
            provider: Provider = self._providers[opened["provider"]]
            kept = self._seal.open(TOKENS, opened["sealed"] or "") or {}
            return await provider.sign_out_address(kept.get("id_token"), self._home)
        except (NotFound, KeyError):
            return None
        except Fault as fault:  # the session here ends all the same
            _log.warning("oidc.no_farewell", reason=str(fault))
            return None

    async def _list(self, request: Request) -> Response:
        listed = [{"name": name, "title": each.options.title} for name, each in self._providers.items()]
        return json_answer(Call.of(request.scope, request.receive), 200, {"providers": listed})

    async def _start(self, call: Call, provider: Provider, _: str) -> Response:
        asked = _parameters(call.query)
        pending = Pending.new(provider.options.name, _own_path(asked.get("return_to", "/")))
        answer = _redirect(await provider.sign_in_address(pending))
        self._set(answer, self._seal.close(_PURPOSE, asdict(pending)))
        return answer

    async def _callback(self, call: Call, provider: Provider, address: str) -> Response:
        asked = _parameters(call.query)
        pending = self._pending(call, provider, asked)
        await _check_answer(asked, provider)
        told = await provider.redeem(asked["code"], pending)
        client = {"address": address, "agent": call.agent}
        signed_in = await self._sign_in(told, pending, provider, client)
        answer = _redirect(pending.return_to)
        answer.set_cookie(
            self._session.name, signed_in["token"], secure=self._session.secure, httponly=True, samesite="lax", path="/"
        )
        self._forget(answer)
        return answer

    async def _logout(self, call: Call, provider: Provider, _: str) -> Response:
        """OpenID Connect Back-Channel Logout: whoever holds a token that the provider signed may say so."""
        token = dict(parse_qsl((await call.body(_MOST_LOGOUT)).decode("latin-1"))).get("logout_token", "")
        try:
            claims = await provider.ended(token)
        except Refused as refused:
            _log.info("oidc.logout_refused", provider=provider.options.name, reason=str(refused))
            return Response(status_code=400, headers={"cache-control": "no-store"})
        meant = {"issuer": claims["iss"], "subject": claims.get("sub"), "sid": claims.get("sid")}
        await self._access.ask("end-identity-sessions", meant)
        return Response(status_code=200, headers={"cache-control": "no-store"})

    async def _sign_in(
        self, told: Told, pending: Pending, provider: Provider, client: Mapping[str, str]
    ) -> dict[str, Any]:
        """Raises TurnedAway, Refused and Fault."""
        options, sid = provider.options, told.claims.get("sid")
        tokens = {"refresh_token": told.refresh_token, "id_token": told.id_token}
        opening = {
            "provider": options.name,
            "opened_by": digest(pending.nonce),
            "sid": sid if isinstance(sid, str) else None,
            "sealed": self._seal.close(TOKENS, tokens),
            "recheck_minutes": None if told.refresh_token is None else options.recheck_minutes,
        }
        asked = {"person": person(told.claims, options), "opening": opening, "create": options.create_users}
        answer: dict[str, Any] = await self._access.ask("sign-in-oidc", {**asked, "client": client})
        if "refused" in answer:
            raise TurnedAway(answer["refused"], answer["refused"])
        return answer

    def _pending(self, call: Call, provider: Provider, asked: Mapping[str, str]) -> Pending:
        """What this browser began here, and this is the answer to. Raises TurnedAway."""
        note = self._seal.open(_PURPOSE, self._cookie.token(call.headers) or "", SECONDS)
        pending = None if note is None else Pending(**note)
        if pending is None or pending.provider != provider.options.name:
            raise TurnedAway("START", "no sign-in was begun in this browser")
        if not hmac.compare_digest(pending.state.encode(), asked.get("state", "").encode()):
            raise TurnedAway("START", "the answer is to another sign-in")
        return pending

    def _set(self, answer: Response, value: str) -> None:
        name, secure = self._cookie.name, self._cookie.secure
        answer.set_cookie(name, value, max_age=SECONDS, secure=secure, httponly=True, samesite="lax", path="/")

    def _forget(self, answer: Response) -> None:
        answer.delete_cookie(self._cookie.name, secure=self._cookie.secure, httponly=True, samesite="lax", path="/")

    def _route(self, answer: Answer) -> Callable[[Request, str], Awaitable[Response]]:
        async def endpoint(request: Request, name: str) -> Response:
            call, provider = Call.of(request.scope, request.receive), self._providers.get(name)
            if provider is None:
                return Response(status_code=404)
            with request_log(call.request_id):
                try:
                    return await answer(call, provider, request.client.host if request.client else "")
                except BadRequest as error:
                    return failed(call, failure(error, call.request_id))
                except (TurnedAway, Refused, Fault) as error:
                    return self._turned_away(name, error)

        return endpoint

    def _turned_away(self, name: str, error: Exception) -> Response:
        """A page, and one line in the log. The sign-in is over: the next one is begun anew."""
        code = error.code if isinstance(error, TurnedAway) else "AWAY" if isinstance(error, Fault) else "BROKEN"
        _log.warning("oidc.not_signed_in", provider=name, code=code, reason=str(error))
        answer = page("refused.html", {"title": _TITLE, "reason": html.escape(_TEXTS[code])}, _STATUS.get(code, 403))
        answer.headers["cache-control"] = "no-store"
        self._forget(answer)
        return answer


async def _check_answer(asked: Mapping[str, str], provider: Provider) -> None:
    """Raises TurnedAway unless there is a code, and it comes from this provider (RFC 9207)."""
    issuer, expected = asked.get("iss"), (await provider.metadata()).tells_issuer
    if issuer != provider.options.issuer and (issuer is not None or expected):
        raise TurnedAway("BROKEN", "the answer comes from another issuer")
    if "error" in asked:
        known = asked["error"] if re.fullmatch(r"[a-z_]{1,40}", asked["error"]) else "something unreadable"
        raise TurnedAway("DENIED", f"the provider answered {known}")
    if not asked.get("code"):
        raise TurnedAway("BROKEN", "there is no code in the answer")


def _parameters(query: bytes) -> dict[str, str]:
    """Raises TurnedAway when one is there twice, as nobody can say which one counts."""
    pairs = parse_qsl(query[: _MOST_QUERY + 1].decode("latin-1"), keep_blank_values=True)
    found = dict(pairs)
    if len(query) > _MOST_QUERY or len(found) != len(pairs):
        raise TurnedAway("BROKEN", "the parameters are too many, or not unique")
    return found


def _own_path(given: str) -> str:
    """The start page for everything but a path of this host."""
    return given if _PATH.fullmatch(given) or given == "/" else "/"


def _redirect(address: str) -> Response:
    return RedirectResponse(address, 303, headers={"cache-control": "no-store", "referrer-policy": "no-referrer"})
