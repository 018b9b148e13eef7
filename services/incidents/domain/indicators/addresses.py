"""Numbers that networks know each other by: IP and MAC addresses, autonomous systems."""

import re
from ipaddress import IPv4Network, IPv6Address, IPv6Network
from typing import Final

_ZONE: Final = re.compile(r"[0-9a-z._-]{1,16}")
_MAC: Final = re.compile(r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}|[0-9a-f]{12}")
_AS_NUMBER: Final = re.compile(r"(?:asn?)? ?([0-9]{1,10})")
_LARGEST_AS_NUMBER: Final = 2**32 - 1


def ipv4(text: str) -> str:
    """A network with the bits of its hosts zero; a network of one host is that host."""
    try:
        network = IPv4Network(text, strict=False)
    except ValueError as error:
        raise ValueError("An IPv4 address or network is written like 192.0.2.10 or 192.0.2.0/24.") from error
    return str(network.network_address if network.num_addresses == 1 else network)


def ipv6(text: str) -> str:
    """In the short form of RFC 5952."""
    bare = text.removeprefix("[").removesuffix("]").lower()
    _, percent, zone = bare.partition("%")
    try:
        if percent:
            return _zoned(bare, zone)
        network = IPv6Network(bare, strict=False)
    except ValueError as error:
        raise ValueError("An IPv6 address or network is written like 2001:db8::1 or 2001:db8::/32.") from error
    return str(network.network_address if network.num_addresses == 1 else network)


def mac(text: str) -> str:
    found = text.lower()
    if not _MAC.fullmatch(found):
        raise ValueError("A MAC address is written like 00:00:5e:00:53:01.")
    digits = re.sub(r"[:.-]", "", found)
    return ":".join(digits[place : place + 2] for place in range(0, 12, 2))


def autonomous_system(text: str) -> str:
    found = _AS_NUMBER.fullmatch(text.lower())
    if found is None or int(found[1]) > _LARGEST_AS_NUMBER:
        raise ValueError(f"An autonomous system is written like AS64496, up to AS{_LARGEST_AS_NUMBER}.")
    return f"as{int(found[1])}"


def _zoned(text: str, zone: str) -> str:
    if not _ZONE.fullmatch(zone):
        raise ValueError(text)
    return str(IPv6Address(text))
