"""Signed contexts and service identities that must not be believed, and one who can make them."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chassis.auth import LIFETIME_SECONDS, SUBGRAPHS, key_id

CLAIMS: Final = {"sub": "0190a5b4-0000-7000-8000-000000000001"}


def now() -> int:
    return int(time.time())


def encoded(part: Any) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Forger:
    """Knows all public keys and the rules, and owns the private key of `files`. `audience` is whom it would deceive."""

    def __init__(self, keys: Path, audience: str = SUBGRAPHS) -> None:
        self.audience = audience
        self._private = {name: _private(keys / f"{name}.pem") for name in ("gateway", "files")}
        self.gateway = self._private["gateway"].public_key()
        self.kids = {name: key_id(key.public_key()) for name, key in self._private.items()}
        self.kid = self.kids["gateway"]

    def body(self, **changed: Any) -> dict[str, Any]:
        usual = {**CLAIMS, "iss": "gateway", "aud": self.audience, "iat": now(), "exp": now() + 30}
        return {name: value for name, value in (usual | changed).items() if value is not None}

    def header(self, **changed: Any) -> dict[str, Any]:
        return {"alg": "EdDSA", "kid": self.kid, "typ": "JWT"} | changed

    def sign(self, header: Any, body: Any, by: str = "gateway") -> str:
        signed = f"{encoded(header)}.{encoded(body)}"
        return f"{signed}.{encoded(self._private[by].sign(signed.encode()))}"

    def with_hmac(self, secret: bytes, algorithm: str = "HS256") -> str:
        signed = f"{encoded(self.header(alg=algorithm))}.{encoded(self.body())}"
        return f"{signed}.{encoded(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"

    def raw_public(self) -> bytes:
        return self.gateway.public_bytes(Encoding.Raw, PublicFormat.Raw)

    def pem_public(self) -> bytes:
        return self.gateway.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def own_key(self) -> tuple[Ed25519PrivateKey, dict[str, str]]:
        key = Ed25519PrivateKey.generate()
        return key, {"kty": "OKP", "crv": "Ed25519", "x": encoded(_raw(key.public_key()))}

    def by_own_key(self, **header: Any) -> str:
        key, jwk = self.own_key()
        signed = f"{encoded(self.header(**({'jwk': jwk} | header)))}.{encoded(self.body())}"
        return f"{signed}.{encoded(key.sign(signed.encode()))}"

    def by_rsa(self) -> str:
        return jwt.encode(self.body(), generate_private_key(65537, 2048), "RS256", headers={"kid": self.kid})

    def stripped(self) -> str:
        return self.sign(self.header(), self.body()).rsplit(".", 1)[0] + "."

    def tampered(self) -> str:
        head, _, signature = self.sign(self.header(), self.body()).split(".")
        return f"{head}.{encoded(self.body(sub='another'))}.{signature}"


def _private(file: Path) -> Ed25519PrivateKey:
    key = jwt.algorithms.OKPAlgorithm().prepare_key(file.read_text())
    assert isinstance(key, Ed25519PrivateKey)
    return key


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


FORGERIES: dict[str, Callable[[Forger], str]] = {
    "nothing": lambda _: "",
    "no token": lambda _: "Bearer me",
    "no text": lambda _: "\u00e4.\u00f6.\u00fc",
    "two parts": lambda f: f.sign(f.header(), f.body()).rsplit(".", 1)[0],
    "signature cut off": Forger.stripped,
    "another body under a true signature": Forger.tampered,
    "a byte more": lambda f: f.sign(f.header(), f.body()) + "A",
    "alg none, unsigned": lambda f: f"{encoded(f.header(alg='none'))}.{encoded(f.body())}.",
    "alg NONE, unsigned": lambda f: f"{encoded(f.header(alg='NONE'))}.{encoded(f.body())}.",
    "alg none, truly signed": lambda f: f.sign(f.header(alg="none"), f.body()),
    "alg missing": lambda f: f.sign({"kid": f.kid}, f.body()),
    "HS256 with the public key as secret (raw)": lambda f: f.with_hmac(f.raw_public()),
    "HS256 with the public key as secret (PEM)": lambda f: f.with_hmac(f.pem_public()),
    "HS256 said to be EdDSA": lambda f: f.with_hmac(f.pem_public(), "EdDSA"),
    "RS256": Forger.by_rsa,
    "ES256 truly signed": lambda f: f.sign(f.header(alg="ES256"), f.body()),
    "another issuer's key, its own kid": lambda f: f.sign(f.header(kid=f.kids["files"]), f.body(), by="files"),
    "another issuer's key, the gateway's kid": lambda f: f.sign(f.header(), f.body(), by="files"),
    "a service's identity in its own name": lambda f: f.sign(
        f.header(kid=f.kids["files"]), f.body(iss="files"), by="files"
    ),
    "the gateway's key in another's name": lambda f: f.sign(f.header(), f.body(iss="access")),
    "wrong audience": lambda f: f.sign(f.header(), f.body(aud="access")),
    "several audiences": lambda f: f.sign(f.header(), f.body(aud=[f.audience, "access"])),
    "audience beginning alike": lambda f: f.sign(f.header(), f.body(aud=f.audience + "-test")),
    "expired": lambda f: f.sign(f.header(), f.body(iat=now() - 40, exp=now() - 1)),
    "lifetime too long": lambda f: f.sign(f.header(), f.body(exp=now() + LIFETIME_SECONDS + 5)),
    "lifetime too long, issued long ago": lambda f: f.sign(f.header(), f.body(iat=now() - 3600)),
    "issued in the future": lambda f: f.sign(f.header(), f.body(iat=now() + 30, exp=now() + 60)),
    "not valid yet": lambda f: f.sign(f.header(), f.body(nbf=now() + 30)),
    "no expiry": lambda f: f.sign(f.header(), f.body(exp=None)),
    "no time of issue": lambda f: f.sign(f.header(), f.body(iat=None)),
    "no issuer": lambda f: f.sign(f.header(), f.body(iss=None)),
    "no audience": lambda f: f.sign(f.header(), f.body(aud=None)),
    "expiry as text": lambda f: f.sign(f.header(), f.body(exp=str(now() + 30))),
    "expiry as a fraction": lambda f: f.sign(f.header(), f.body(exp=now() + 30.5)),
    "expiry without end": lambda f: f.sign(f.header(), f.body(exp=float("inf"))),
    "time of issue as text": lambda f: f.sign(f.header(), f.body(iat=str(now()))),
    "time of issue is no number": lambda f: f.sign(f.header(), f.body(iat=float("nan"))),
    "a key of one's own in the header": lambda f: f.by_own_key(),
    "a key of one's own, its own kid": lambda f: f.by_own_key(kid="mine"),
    "an address of keys in the header": lambda f: f.by_own_key(jku="https://example.org/keys", jwk=None),
    "a true signature beside a key in the header": lambda f: f.sign(f.header(jwk=f.own_key()[1]), f.body()),
    "a certificate in the header": lambda f: f.sign(f.header(x5c=["MIIB"]), f.body()),
    "a critical extension": lambda f: f.sign(f.header(crit=["b64"], b64=False), f.body()),
    "kid that leaves the folder": lambda f: f.sign(f.header(kid="../../../dev/null"), f.body()),
    "kid of a file": lambda f: f.sign(f.header(kid="gateway.pem"), f.body()),
    "kid as a query": lambda f: f.sign(f.header(kid="' OR 1=1 --"), f.body()),
    "unknown kid": lambda f: f.sign(f.header(kid="0" * 16), f.body()),
    "kid missing": lambda f: f.sign({"alg": "EdDSA"}, f.body()),
    "kid is a list": lambda f: f.sign(f.header(kid=[f.kid]), f.body()),
    "kid is null": lambda f: f.sign(f.header(kid=None), f.body()),
    "header is a list": lambda f: f.sign([f.header()], f.body()),
    "body is a list": lambda f: f.sign(f.header(), [f.body()]),
    "body is no JSON": lambda f: f.sign(f.header(), b"{"),
    "body is no text": lambda f: f.sign(f.header(), b"\xff\xfe"),
    "header without end": lambda f: f.sign(b"[" * 50_000, f.body()),
    "body without end": lambda f: f.sign(f.header(), b"[" * 50_000),
}

# Of whom a service takes an identity, everybody it knows is one; who may ask what is decided afterwards.
FORGED_IDENTITIES: Final = FORGERIES.keys() - {"a service's identity in its own name"}
