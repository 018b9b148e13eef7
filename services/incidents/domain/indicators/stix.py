"""Ids that everybody gives the same observable: version 2.1 of STIX derives them from its contributing properties."""

import json
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID, uuid5

from services.incidents.domain.indicators import kinds

_NAMESPACE: Final = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")  # that of the standard
_HASHES: Final = {32: "MD5", 40: "SHA-1", 64: "SHA-256", 128: "SHA-512"}


def stix_id(code: str, form: str) -> str | None:
    """Of an indicator in its one form; None for what STIX has no type for, or takes more than a value to tell."""
    properties = _PROPERTIES.get(code)
    if properties is None:
        return None
    # Strings and numbers alone, with one key each: this is their canonical JSON (RFC 8785).
    told = json.dumps(properties(form), separators=(",", ":"), ensure_ascii=False)
    return f"{code}--{uuid5(_NAMESPACE, told)}"


def _value(form: str) -> dict[str, Any]:
    return {"value": form}


def _file(form: str) -> dict[str, Any]:
    algorithm = _HASHES.get(len(form)) if all(sign in "0123456789abcdef" for sign in form) else None
    return {"hashes": {algorithm: form}} if algorithm else {"name": form}


_PROPERTIES: Final[dict[str, Callable[[str], dict[str, Any]]]] = {
    **dict.fromkeys((kinds.IPV4, kinds.IPV6, kinds.DOMAIN, kinds.URL, kinds.MAIL, kinds.MAC), _value),
    kinds.AS_NUMBER: lambda form: {"number": int(form.removeprefix("as"))},
    kinds.MUTEX: lambda form: {"name": form},
    kinds.DIRECTORY: lambda form: {"path": form},
    kinds.REGISTRY_KEY: lambda form: {"key": form},
    kinds.FILE: _file,
}
