"""Random secrets that stand for a user: made here, shown once, kept only as their SHA-256.

They have 256 bits, so no salt and no slow hash is needed: there is nothing to guess.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

KEY_MARK: Final = "ir"
_PREFIX_BYTES: Final = 6
_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class NewKey:
    """`secret` is the whole key, `ir_<prefix>_<64 hexadecimal digits>`; it is found by `prefix`."""

    prefix: str
    secret: str


def new_session_token() -> str:
    return secrets.token_urlsafe(_SECRET_BYTES)


def new_key() -> NewKey:
    prefix = secrets.token_hex(_PREFIX_BYTES)
    return NewKey(prefix, next_secret(prefix))


def next_secret(prefix: str) -> str:
    """Another whole key with the same prefix."""
    return f"{KEY_MARK}_{prefix}_{secrets.token_hex(_SECRET_BYTES)}"


def digest(secret: str) -> str:
    """SHA-256 of the whole token or key, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()
