"""Sealed notes: what we hand to a browser or a database to keep, and nobody else can read or change."""

from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Seal:
    """Encrypts with the first of `keys` and reads with each, so that they can be exchanged one after another."""

    def __init__(self, keys: str) -> None:
        self._fernet = MultiFernet([Fernet(key.strip()) for key in keys.split(",")])

    def close(self, purpose: str, note: Mapping[str, Any]) -> str:
        return self._fernet.encrypt(orjson.dumps({**note, "purpose": purpose})).decode()

    def open(self, purpose: str, sealed: str, seconds: int | None = None) -> dict[str, Any] | None:
        """None for what was not sealed here, or for another purpose, or longer ago than so many seconds."""
        try:
            note: dict[str, Any] = orjson.loads(self._fernet.decrypt(sealed.encode(), ttl=seconds))
        except (InvalidToken, UnicodeEncodeError):
            return None
        return note if note.pop("purpose", None) == purpose else None
