"""An issuer of tokens that knows how to make true ones, and all the rules for false ones."""

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

ISSUER, AUDIENCE, SUBJECT = "https://id.example.org", "https://registry.example.org/graphql", "ada"
_RSA = rsa.generate_private_key(65537, 2048)  # made once, because that takes long


def encoded(part: Any) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def now() -> int:
    return int(time.time())


class Issuer:
    """Signs whatever is wanted with keys whose ids are `rsa`, `ec` and `ed`."""

    def __init__(self, issuer: str = ISSUER, rsa_key: rsa.RSAPrivateKey = _RSA) -> None:
        self.issuer = issuer
        self.keys: dict[str, Any] = {
            "rsa": rsa_key,
            "ec": ec.generate_private_key(ec.SECP256R1()),
            "ed": ed25519.Ed25519PrivateKey.generate(),
        }

    @property
    def jwks(self) -> dict[str, Any]:
        return {"keys": [self.jwk(name) for name in self.keys]}

    def jwk(self, name: str) -> dict[str, Any]:
        makers = {"rsa": RSAAlgorithm, "ec": ECAlgorithm, "ed": OKPAlgorithm}
        maker: Any = makers[name]
        jwk: dict[str, Any] = maker.to_jwk(self.keys[name].public_key(), as_dict=True)
        return jwk | {"kid": name, "use": "sig"}

    def write(self, folder: Path) -> Path:
        file = folder / "jwks.json"
        file.write_text(json.dumps(self.jwks))
        return file

    def body(self, **changed: Any) -> dict[str, Any]:
        """None leaves a claim out."""
        usual = {"iss": self.issuer, "aud": AUDIENCE, "sub": SUBJECT, "iat": now(), "exp": now() + 60}
        return {name: value for name, value in (usual | changed).items() if value is not None}

    def header(self, **changed: Any) -> dict[str, Any]:
        usual = {"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}
        return {name: value for name, value in (usual | changed).items() if value is not None}

    def token(self, header: Any = None, body: Any = None, key: str = "rsa") -> str:
        """Truly signed, whatever header and body say; each of them text, bytes, or what becomes JSON."""
        head = self.header() if header is None else header
        signed = f"{encoded(head)}.{encoded(self.body() if body is None else body)}"
        return f"{signed}.{encoded(self.signature(signed.encode(), key))}"

    def signature(self, signed: bytes, key: str) -> bytes:
        """By the key's own algorithm: RS256, ES256 or EdDSA."""
        private = self.keys[key]
        if key == "rsa":
            return bytes(private.sign(signed, padding.PKCS1v15(), hashes.SHA256()))
        if key == "ed":
            return bytes(private.sign(signed))
        r, s = decode_dss_signature(private.sign(signed, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def with_hmac(self, secret: bytes, **header: Any) -> str:
        signed = f"{encoded(self.header(**({'alg': 'HS256'} | header)))}.{encoded(self.body())}"
        return f"{signed}.{encoded(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"

    def public(self, name: str = "rsa", form: str = "PEM") -> bytes:
        kind = PublicFormat.PKCS1 if form == "PKCS1" else PublicFormat.SubjectPublicKeyInfo
        encoding = Encoding.DER if form == "DER" else Encoding.PEM
        return bytes(self.keys[name].public_key().public_bytes(encoding, kind))

    def id_token(self, client: str = "spa", **more: Any) -> str:
        """As a client of this issuer gets it at sign-in."""
        claims = {"aud": client, "nonce": "n", "at_hash": "h", "email": "ada@example.org", "email_verified": True}
        return self.token(self.header(typ="JWT"), self.body(**(claims | more)))
