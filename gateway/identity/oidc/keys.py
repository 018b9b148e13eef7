"""The public keys of an issuer (JWKS), found by id and by the kind of key that an algorithm needs."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from chassis.errors import Fault

MOST_KEYS: Final = 100
LEAST_RSA_BITS: Final = 2048
_CURVES: Final = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
Key: TypeAlias = Any  # a public key of the cryptography library


class Place(NamedTuple):
    """`kind` is key type and curve: a key of one kind is never tried with an algorithm of another."""

    kid: str | None
    kind: tuple[str, str | None]


class KeySet:
    """Keys for signatures. Two under one id and of one kind are none, because nobody can say which one is meant."""

    def __init__(self, keys: Mapping[Place, Mapping[str, Any]]) -> None:
        self._keys = keys

    @classmethod
    def read(cls, source: str, told: Mapping[str, Any]) -> "KeySet":
        """Raises Fault when this is no set of keys. What is not understood in it is left out."""
        listed = told.get("keys")
        if not isinstance(listed, list) or len(listed) > MOST_KEYS:
            raise Fault(source, f"tells no keys, or more than {MOST_KEYS}")
        found: dict[Place, Mapping[str, Any]] = {}
        twice: set[Place] = set()
        for jwk in listed:
            if isinstance(jwk, dict) and _signs(jwk):
                place = Place(jwk.get("kid"), (jwk["kty"], None if jwk["kty"] == "RSA" else jwk.get("crv")))
                twice |= {place} & found.keys()
                found[place] = jwk
        return cls({place: jwk for place, jwk in found.items() if place not in twice})

    def find(self, kid: str | None, algorithm: str) -> Key | None:
        """None when there is no key of this id for the algorithm. A key without an id is for tokens without one."""
        jwk = self._keys.get(Place(kid, _kind(algorithm)))
        if jwk is None or jwk.get("alg", algorithm) != algorithm:
            return None
        try:
            key = jwt.PyJWK(dict(jwk), algorithm=algorithm).key
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            return None
        return None if isinstance(key, RSAPublicKey) and key.key_size < LEAST_RSA_BITS else key


def _signs(jwk: Mapping[str, Any]) -> bool:
    """Whether it is a public key that may be used for signatures."""
    operations = jwk.get("key_ops", ["verify"])
    return (
        jwk.get("kty") in {"RSA", "EC", "OKP"}
        and "d" not in jwk
        and jwk.get("use", "sig") == "sig"
        and isinstance(operations, Sequence)
        and "verify" in operations
        and isinstance(jwk.get("kid", ""), str)
        and isinstance(jwk.get("crv", ""), str)
    )


def _kind(algorithm: str) -> tuple[str, str | None]:
    if algorithm == "EdDSA":
        return "OKP", "Ed25519"
    return ("EC", _CURVES[algorithm]) if algorithm in _CURVES else ("RSA", None)
