"""Signed contexts: the gateway tells a service who asks, and one service tells another who calls.

Both are JSON Web Tokens signed with Ed25519, for one audience, valid for a minute at most. Each deployable has a key
pair; the public keys of those it trusts are given to it, several per name while keys are being exchanged.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

SUBGRAPHS: Final = "registry-subgraphs"
CONTEXT_HEADER: Final = "x-registry-context"
IDENTITY_HEADER: Final = "x-registry-service"
LIFETIME_SECONDS: Final = 60
_ALGORITHM: Final = "EdDSA"
_HEADER: Final = frozenset({"alg", "kid", "typ"})
_REQUIRED: Final = ["iss", "aud", "exp", "iat"]
_REMEMBERED: Final = 4096
_SKEW_SECONDS: Final = 5  # by how much the clock of an issuer may be ahead of ours


class InvalidToken(Exception):
    """The token is missing, forged, expired, or for somebody else. Callers learn no more than that."""


def key_id(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


class Signer:
    """Signs in the name of one deployable. Raises ValueError when `private_key` (PEM) is no Ed25519 key."""

    def __init__(self, issuer: str, private_key: str) -> None:
        key = load_pem_private_key(private_key.encode(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("the signing key must be an Ed25519 key")  # noqa: TRY004  # the value is at fault
        self.issuer = issuer
        self._key = key
        self._header = {"kid": key_id(key.public_key())}

    def sign(self, audience: str, claims: Mapping[str, Any], *, lifetime: int = LIFETIME_SECONDS) -> str:
        now = int(time.time())
        body = {**claims, "iss": self.issuer, "aud": audience, "iat": now, "exp": now + lifetime}
        return jwt.encode(body, self._key, algorithm=_ALGORITHM, headers=self._header)


@dataclass(frozen=True, slots=True)
class TrustedKey:
    issuer: str
    key: Ed25519PublicKey


class Keyring:
    """The public keys of those one trusts, by key id."""

    def __init__(self, keys: Mapping[str, TrustedKey]) -> None:
        self._keys = keys

    @classmethod
    def read(cls, folder: Path) -> "Keyring":
        """Reads `<issuer>.pem` and `<issuer>.<anything>.pem`. Raises OSError or ValueError naming the file."""
        keys: dict[str, TrustedKey] = {}
        for file in sorted(folder.glob("*.pem")):
            key = _read_public(file)
            keys[key_id(key)] = TrustedKey(file.name.split(".")[0], key)
        if not keys:
            raise FileNotFoundError(f"no public keys (*.pem) in {folder}")
        return cls(keys)

    def find(self, kid: object) -> TrustedKey | None:
        return self._keys.get(kid) if isinstance(kid, str) else None


def _read_public(file: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(file.read_bytes())
    except ValueError as error:
        raise ValueError(f"{file} is no public key in PEM form") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(f"{file} is no Ed25519 public key")  # noqa: TRY004  # the file is at fault
    return key


def _is_short_lived(issued: object, expires: object) -> bool:
    """Whether both are whole seconds, not issued in the future, and no further apart than a token may live."""
    if type(issued) is not int or type(expires) is not int:
        return False
    return issued <= time.time() + _SKEW_SECONDS and expires - issued <= LIFETIME_SECONDS


class Verifier:
    """Checks tokens for one audience, from `issuers` or, without them, from anyone in the keyring.

    A verified token is remembered until it expires.
    """

    def __init__(self, keyring: Keyring, audience: str, issuers: frozenset[str] | None = None) -> None:
        self._keyring = keyring
        self._audience = audience
        self._issuers = issuers
        self._verified: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def verify(self, token: str | None) -> dict[str, Any]:
        """The claims. Raises InvalidToken."""
        if not token:
            raise InvalidToken
        claims = self._verified.get(token)
        if claims is None:
            claims = self._check(token)
            self._remember(token, claims)
        elif claims["exp"] <= time.time():
            del self._verified[token]
            raise InvalidToken
        return claims

    def _check(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            trusted = self._keyring.find(header.get("kid"))
            if trusted is None or not self._trusts(trusted.issuer) or header.keys() - _HEADER:
                raise InvalidToken
            claims: dict[str, Any] = jwt.decode(
                token,
                trusted.key,
                algorithms=[_ALGORITHM],
                audience=self._audience,
                issuer=trusted.issuer,
                options={"require": _REQUIRED, "strict_aud": True, "verify_iat": False},
            )
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise InvalidToken from error
        if not _is_short_lived(claims["iat"], claims["exp"]):
            raise InvalidToken
        return claims

    def _trusts(self, issuer: str) -> bool:
        return self._issuers is None or issuer in self._issuers

    def _remember(self, token: str, claims: dict[str, Any]) -> None:
        self._verified[token] = claims
        if len(self._verified) > _REMEMBERED:
            self._verified.popitem(last=False)
