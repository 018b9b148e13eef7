"""A provider that says whatever a test wants it to say."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from tests.support.oidc.issuer import Issuer, encoded

CLIENT_ID = "registry"


class Crooked:
    """Honest until told otherwise.

    `claims` go into the ID token (None leaves one out), `header` into its header; `metadata` into the discovery
    document; `answers` are whole answers by path; `asked` are the forms that came, by path.
    """

    def __init__(self) -> None:
        self.issuer = Issuer("")
        self.nonce = ""
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.tokens: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {"sub": "ada", "email": "ada@example.org", "email_verified": True}
        self.answers: dict[str, Response] = {}
        self.delay = 0.0
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    def lives_at(self, address: str) -> None:
        self.issuer.issuer = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        path = request.url.path
        self.asked.append((path, dict(parse_qsl((await request.body()).decode()))))
        await asyncio.sleep(self.delay)
        answer = self.answers.get(path) or JSONResponse(self._honest(path))
        await answer(scope, receive, send)

    def _honest(self, path: str) -> dict[str, Any]:
        address = self.issuer.issuer
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": address,
                "jwks_uri": f"{address}/jwks",
                "authorization_endpoint": f"{address}/authorize",
                "token_endpoint": f"{address}/token",
                "userinfo_endpoint": f"{address}/userinfo",
                "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
            } | self.metadata
        if path == "/jwks":
            return self.issuer.jwks
        return (
            self.userinfo if path == "/userinfo" else {"access_token": "a", "id_token": self.id_token()} | self.tokens
        )

    def id_token(self) -> str:
        claims = {"aud": CLIENT_ID, "nonce": self.nonce} | self.claims
        return self.issuer.token(self.issuer.header(**({"typ": "JWT"} | self.header)), self.issuer.body(**claims))

    def logout_token(self, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        events: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
        usual: dict[str, Any] = {"aud": CLIENT_ID, "events": events, "jti": "1", "sid": "s1"}
        head = self.issuer.header(**({"typ": "logout+jwt"} | dict(header or {})))
        return self.issuer.token(head, self.issuer.body(**(usual | claims)))


def unsigned(token: str) -> str:
    """The same, said to be signed by nobody."""
    return f"{encoded({'alg': 'none'})}.{token.split('.')[1]}."


def said(answer: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(answer), status, media_type="application/json")
