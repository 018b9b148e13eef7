"""Which addresses outside the registry calls: public ones, and those that the operators allow by name of their network.

Whoever may say where events are sent could otherwise make us call what only we reach: ourselves, our neighbours, the
service that tells a machine its credentials.
"""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import SplitResult, urlsplit

from chassis.errors import Invalid

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
LONGEST_URL: Final = 2000
_V4_CLOSED: Final = tuple(
    map(
        ipaddress.IPv4Network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        ),
    )
)
_V6_OPEN: Final = ipaddress.IPv6Network("2000::/3")  # what is given out to the public
# Teredo, ORCHIDs, documentation, 6to4: some lead to an IPv4 address, and nobody is to be called by any.
_V6_CLOSED: Final = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_SEEMLY: Final = re.compile(r"[!-\[\]-~]+")  # visible ASCII without the backslash, which some take for a slash
_NAME: Final = re.compile(
    r"(?=.{1,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
)
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")  # such a last label makes old libraries read the name as an address
_SCHEMES: Final = {"https": 443, "http": 80}


def is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not any(address in closed for closed in _V4_CLOSED)
    open_to_all = address in _V6_OPEN and not any(address in closed for closed in _V6_CLOSED)
    return open_to_all and address.is_global and address.scope_id is None


@dataclass(frozen=True, slots=True)
class Target:
    """Where an address leads: `host` is a name in small letters, or an address without brackets."""

    host: str
    port: int
    secure: bool


@dataclass(frozen=True, slots=True)
class Outward:
    """The rules of this installation: `allowed` are networks that may be called too, also without TLS."""

    allowed: Collection[Network] = ()

    def read(self, url: str, *, field: str = "url") -> Target:
        """Raises Invalid for what is never called, whatever its name leads to."""
        parts = _parts(url, field)
        if parts.scheme not in _SCHEMES or (parts.scheme == "http" and not self.allowed):
            raise Invalid("The address begins with https://.", field=(field,))
        if "@" in parts.netloc or parts.fragment or url.endswith("#"):
            raise Invalid("No name, password or fragment stands in the address.", field=(field,))
        target = Target(_host(parts, field), _port(parts, field), secure=parts.scheme == "https")
        literal = as_address(target.host)
        if literal is not None and not self.lets([literal], secure=target.secure):
            raise Invalid("This address is not public.", field=(field,))
        return target

    def lets(self, addresses: Collection[Address], *, secure: bool) -> bool:
        """Whether all that a name leads to may be called: one that may not is enough to refuse it."""
        return bool(addresses) and all(self._lets(each, secure=secure) for each in addresses)

    def _lets(self, address: Address, *, secure: bool) -> bool:
        allowed = any(address.version == network.version and address in network for network in self.allowed)
        return allowed or (secure and is_public(address))


def as_address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _parts(url: str, field: str) -> SplitResult:
    if len(url) > LONGEST_URL or not _SEEMLY.fullmatch(url):
        raise Invalid(
            f"An address has at most {LONGEST_URL} characters, all of them ASCII, and no spaces: "
            "write names in other scripts as xn--….",
            field=(field,),
        )
    try:
        return urlsplit(url)
    except ValueError as error:
        raise _no_address(field) from error


def _host(parts: SplitResult, field: str) -> str:
    """Only what all libraries read in the same way."""
    host = parts.hostname or ""
    if parts.netloc.startswith("["):
        literal = None if "%" in host else as_address(host)
        if not isinstance(literal, ipaddress.IPv6Address):
            raise _no_address(field)
        return str(literal)
    if as_address(host) is not None:
        return host
    if not _NAME.fullmatch(host) or _NUMBER.fullmatch(host.rpartition(".")[2]):
        raise _no_address(field)
    return host


def _port(parts: SplitResult, field: str) -> int:
    try:
        port = parts.port
    except ValueError as error:
        raise _no_address(field) from error
    if port == 0 or parts.netloc.endswith(":"):
        raise _no_address(field)
    return port or _SCHEMES[parts.scheme]


def _no_address(field: str) -> Invalid:
    return Invalid("This is no address such as https://hooks.example.org/registry.", field=(field,))
