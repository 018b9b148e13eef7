"""What a request brings to show who it comes from: a session cookie, or an API key as bearer token."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

SESSION_COOKIE: Final = "__Host-registry-session"
_BEARER: Final = re.compile(r"bearer\s+(\S+)", re.IGNORECASE)
_API_KEY: Final = re.compile(r"ir_([0-9A-Za-z]+)_[0-9A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class Credential:
    """`question` is what access is asked; it holds digests, never the secret."""

    question: Mapping[str, Any]
    is_cookie: bool

    @property
    def key(self) -> str:
        digest: str = self.question["digest"]
        return digest


def find_credential(headers: Mapping[str, str]) -> Credential | None:
    """None for a request that shows nothing, or nothing of ours. A bearer token goes before a cookie."""
    authorization = headers.get("authorization")
    if authorization is not None:
        return _bearer(authorization)
    session = session_token(headers)
    return None if session is None else Credential({"kind": "session", "digest": digest(session)}, is_cookie=True)


def session_token(headers: Mapping[str, str]) -> str | None:
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(SESSION_COOKIE)
    except CookieError:
        return None
    return cookie.value if cookie is not None and cookie.value else None


def digest(secret: str) -> str:
    """Secrets of ours are random 256-bit values, so a plain digest keeps them."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _bearer(authorization: str) -> Credential | None:
    token = _BEARER.fullmatch(authorization.strip())
    key = _API_KEY.fullmatch(token.group(1)) if token else None
    if key is None:
        return None
    question = {"kind": "api_key", "prefix": key.group(1), "digest": digest(key.group(0))}
    return Credential(question, is_cookie=False)
