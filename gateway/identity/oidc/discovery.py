"""What an issuer publishes about itself: endpoints, algorithms, keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from chassis.errors import Fault
from gateway.identity.oidc.fetching import fetch
from gateway.identity.oidc.kept import Kept
from gateway.identity.oidc.keys import Key, KeySet
from gateway.identity.oidc.options import ALGORITHMS, safe_address

_OK: Final = 200
_WELL_KNOWN: Final = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """`algorithms` are the asymmetric ones of ID tokens; `tells_issuer` whether answers carry `iss` (RFC 9207)."""

    jwks_uri: str
    authorization_endpoint: str | None
    token_endpoint: str | None
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    algorithms: frozenset[str]
    posts_secret: bool
    tells_issuer: bool


async def discover(issuer: str) -> Metadata:
    """Raises Fault."""
    told = await _document(f"{issuer.rstrip('/')}{_WELL_KNOWN}")
    host = urlsplit(issuer).hostname or issuer
    if told.get("issuer") != issuer:
        raise Fault(host, "calls itself another issuer than the settings do")
    try:
        return _metadata(told)
    except (ValueError, TypeError, AttributeError):
        raise Fault(host, "publishes a discovery document that cannot be used") from None


def _metadata(told: Mapping[str, Any]) -> Metadata:
    """Raises ValueError, TypeError or AttributeError."""
    methods = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    endpoints = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "end_session_endpoint")
    found = {name: safe_address(told[name]) if told.get(name) else None for name in endpoints}
    return Metadata(
        **found,
        jwks_uri=safe_address(told.get("jwks_uri", "")),
        algorithms=ALGORITHMS & set(told.get("id_token_signing_alg_values_supported") or ["RS256"]),
        posts_secret="client_secret_basic" not in methods and "client_secret_post" in methods,
        tells_issuer=told.get("authorization_response_iss_parameter_supported") is True,
    )


class Publisher:
    """An issuer as it is known now."""

    def __init__(self, issuer: str, jwks_uri: str | None = None, jwks_file: Path | None = None) -> None:
        self.issuer = issuer
        self._jwks_uri = jwks_uri
        self._jwks_file = jwks_file
        self._metadata = Kept(lambda: discover(issuer))
        self._keys = Kept(self._fetch_keys)

    async def metadata(self) -> Metadata:
        """Raises Fault."""
        return await self._metadata.get()

    async def find_key(self, kid: str | None, algorithm: str) -> Key | None:
        """Asks anew, if it may, for a key that is unknown: keys are exchanged. Raises Fault."""
        key = (await self._keys.get()).find(kid, algorithm)
        return key or (await self._keys.renewed()).find(kid, algorithm)

    async def _fetch_keys(self) -> KeySet:
        if self._jwks_file is not None:
            return KeySet.read(self._jwks_file.name, _from_file(self._jwks_file))
        uri = self._jwks_uri or (await self.metadata()).jwks_uri
        return KeySet.read(urlsplit(uri).hostname or uri, await _document(uri))


async def _document(url: str) -> Mapping[str, Any]:
    status, told = await fetch(url)
    if status != _OK:
        raise Fault(urlsplit(url).hostname or url, f"answered {status}")
    return told


def _from_file(file: Path) -> Mapping[str, Any]:
    try:
        told = orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        raise Fault(file.name, "cannot be read as JSON") from None
    if not isinstance(told, dict):
        raise Fault(file.name, "is no JSON object")
    return told
