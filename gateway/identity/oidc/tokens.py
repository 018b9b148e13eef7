"""Checking JSON Web Tokens of others. Whatever is wrong with one, its bearer learns no more than that it is."""

import base64
import json
import math
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import jwt

from gateway.identity.oidc.keys import Key

LONGEST: Final = 16_000
LEEWAY_SECONDS: Final = 10
_FORM: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+")
_HEADER: Final = frozenset({"alg", "kid", "typ", "x5t", "x5t#S256"})  # the last two only name a certificate
_REQUIRED: Final = ("iss", "sub", "aud", "exp", "iat")
_TIMES: Final = ("exp", "iat", "nbf")
_LONGEST_SUBJECT: Final = 255
FindKey: TypeAlias = Callable[[str | None, str], Awaitable[Key | None]]


class Refused(Exception):
    """The reason is for the log alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """`types` are those of the header in lower case, "" for a header without one."""

    issuer: str
    audience: str
    algorithms: Collection[str]
    types: Collection[str]
    required: tuple[str, ...] = _REQUIRED


async def verified(token: str, demands: Demands, find_key: FindKey) -> dict[str, Any]:
    """The claims of a token that was signed by the issuer, is for us, and holds now. Raises Refused, or Fault."""
    header, told = _parts(token)
    algorithm, kid = header.get("alg"), header.get("kid")
    if header.keys() - _HEADER or not isinstance(kid, str | None):
        raise Refused("its header")
    if not isinstance(algorithm, str) or algorithm not in demands.algorithms:
        raise Refused("its algorithm")
    if str(header.get("typ", "")).lower() not in demands.types:
        raise Refused("its type")
    if told.get("iss") != demands.issuer:  # before a key is looked for
        raise Refused("its issuer")
    key = await find_key(kid, algorithm)
    if key is None:
        raise Refused("its key is unknown")
    claims = _decoded(token, key, algorithm, demands)
    _check_forms(claims)
    return claims


def issuer_of(token: str) -> str | None:
    """Whom the token claims to be from; nothing is verified yet. Raises Refused."""
    issuer = _parts(token)[1].get("iss")
    return issuer if isinstance(issuer, str) else None


def _decoded(token: str, key: Key, algorithm: str, demands: Demands) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=demands.audience,
            issuer=demands.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": list(demands.required)},
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise Refused(type(error).__name__) from None
    return claims


def _parts(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims, unverified. Raises Refused for what is not exactly the compact form of a signed token."""
    form = _FORM.fullmatch(token) if len(token) <= LONGEST else None
    if form is None:
        raise Refused("its form")
    return _read(form[1]), _read(form[2])


def _read(part: str) -> Mapping[str, Any]:
    """Each name once and no numbers that JSON does not have, so that no two readers understand different things."""
    try:
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        told = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refused("its form") from None
    if not isinstance(told, dict) or base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise Refused("its form")
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _no_number(name: str) -> None:
    raise ValueError(name)


def _check_forms(claims: Mapping[str, Any]) -> None:
    """Raises Refused: the library reads times from text as well, and takes any subject."""
    times = [claims[name] for name in _TIMES if name in claims]
    if not all(type(each) in {int, float} and math.isfinite(each) for each in times):
        raise Refused("its times")
    subject = claims.get("sub", "-")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT or not subject.isprintable():
        raise Refused("its subject")
