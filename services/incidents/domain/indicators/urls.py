"""URLs and their paths: one form for those that lead to the same place without asking there."""

import re
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import quote

from services.incidents.domain.indicators.names import hostname

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]{1,30}")
_PARTS: Final = re.compile(r"//([^/?#]*)(.*)")
_ESCAPE: Final = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
_KEPT: Final = "%/:?#@!$&'()*+,;=~-._"  # what a URL may hold as it is
_PORT: Final = re.compile(r"[0-9]{1,5}")
_USUAL_PORTS: Final = {"http": "80", "https": "443", "ftp": "21", "ws": "80", "wss": "443"}
_LARGEST_PORT: Final = 65_535


def url(text: str) -> str:
    """Scheme and host in lower case, the usual port left out, other characters than ASCII escaped."""
    _require_one_word(text)
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if not (colon and rest and _SCHEME.fullmatch(scheme)):
        raise ValueError("A URL begins with its scheme, for example https://example.org/a.")
    parts = _PARTS.fullmatch(rest)
    if parts is None:
        return f"{scheme}:{_escaped(rest)}"
    path = _escaped(parts[2])
    return f"{scheme}://{_authority(scheme, parts[1])}{path if path.startswith('/') else '/' + path}"


def path(text: str) -> str:
    _require_one_word(text)
    if not text.startswith("/"):
        raise ValueError("A path begins with a slash, for example /login.php.")
    return _escaped(text)


def _authority(scheme: str, text: str) -> str:
    user, at, place = text.rpartition("@")
    host, port = _host_and_port(place)
    if not host and scheme != "file":
        raise ValueError("A URL names a host, for example https://example.org/a.")
    shown = f":{int(port)}" if port and str(int(port)) != _USUAL_PORTS.get(scheme) else ""
    return f"{_escaped(user)}{at}{host}{shown}"


def _host_and_port(place: str) -> tuple[str, str]:
    if place.startswith("["):
        inside, _, behind = place[1:].partition("]")
        host, port = f"[{_address(inside)}]", behind.removeprefix(":")
    else:
        name, _, port = place.partition(":")
        host = hostname(name) if name else ""
    if port and not (_PORT.fullmatch(port) and int(port) <= _LARGEST_PORT):
        raise ValueError(f"A port is a number up to {_LARGEST_PORT}.")
    return host, port


def _address(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except ValueError as error:
        raise ValueError("Between brackets a URL has an IPv6 address, for example [2001:db8::1].") from error


def _escaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: found[0].upper(), quote(text, safe=_KEPT))


def _require_one_word(text: str) -> None:
    if len(text.split()) > 1:
        raise ValueError("A URL or path holds no space: write %20 for it.")
