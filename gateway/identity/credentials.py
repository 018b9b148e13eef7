"""What a request brings to show who it comes from: a session cookie, an API key, or a token of an issuer."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from starlette.requests import cookie_parser

_BEARER: Final = re.compile(r"bearer +(\S+)", re.IGNORECASE)
_SIGNED_TOKEN: Final = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_API_KEY: Final = re.compile(r"ir_([0-9A-Za-z]+)_[0-9A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """How the session cookie is called, and whether browsers send it over https and to this machine only."""

    name: str
    secure: bool

    def token(self, headers: Mapping[str, str]) -> str | None:
        """The other cookies may be of any form: that of a neighbouring application must not sign anybody out."""
        return cookie_parser(headers.get("cookie", "")).get(self.name) or None


SECURE_COOKIE: Final = SessionCookie("__Host-registry-session", secure=True)
INSECURE_COOKIE: Final = SessionCookie("registry-session", secure=False)  # __Host- is for secure cookies only


@dataclass(frozen=True, slots=True)
class Credential:
    """`question` is what access is asked; it holds digests, never the secret.

    An issuer's `token` must be verified first, and then access is asked about who it speaks of.
    """

    question: Mapping[str, Any]
    is_cookie: bool
    token: str | None = field(default=None, repr=False)

    @property
    def key(self) -> str:
        """Names the credential; the same text as a cookie and as a key is two credentials."""
        return f"{self.question['kind']} {self.question['digest']}"

    @classmethod
    def of_session(cls, token: str) -> Self:
        return cls({"kind": "session", "digest": digest(token)}, is_cookie=True)


def find_credential(headers: Mapping[str, str], cookie: SessionCookie) -> Credential | None:
    """None for a request that shows nothing, or nothing of ours. A bearer token goes before a cookie."""
    authorization = headers.get("authorization")
    if authorization is not None:
        return _bearer(authorization)
    session = cookie.token(headers)
    return None if session is None else Credential.of_session(session)


def digest(secret: str) -> str:
    """Secrets of ours are random 256-bit values, so a plain digest keeps them."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _bearer(authorization: str) -> Credential | None:
    token = _BEARER.fullmatch(authorization.strip())
    key = _API_KEY.fullmatch(token.group(1)) if token else None
    if token is not None and _SIGNED_TOKEN.fullmatch(token[1]):
        return Credential({"kind": "token", "digest": digest(token[1])}, is_cookie=False, token=token[1])
    if key is None:
        return None
    question = {"kind": "api_key", "prefix": key.group(1), "digest": digest(key.group(0))}
    return Credential(question, is_cookie=False)
