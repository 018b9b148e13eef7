"""The types of indicators that the registry knows by their code, and the one form that values of each are brought to.

Two values of one type are the same indicator when their forms are equal. A type whose code is not here, such as one
that a company made for itself, holds free text.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Final, TypeAlias
from uuid import UUID

from services.incidents.domain.indicators import addresses, codes, names, texts, urls
from services.incidents.domain.indicators.fanging import defang, refang
from services.incidents.domain.indicators.vocabulary import LONGEST_VALUE

Rule: TypeAlias = Callable[[str], str]

IPV4: Final = "ipv4-addr"
IPV6: Final = "ipv6-addr"
DOMAIN: Final = "domain-name"
HOST: Final = "x-hostname"
URL: Final = "url"
MAIL: Final = "email-addr"
FILE: Final = "file"
MAC: Final = "mac-addr"
AS_NUMBER: Final = "autonomous-system"
REGISTRY_KEY: Final = "windows-registry-key"
CERTIFICATE: Final = "x509-certificate"
CVE: Final = "x-cve"
IBAN: Final = "x-iban"
MUTEX: Final = "mutex"
DIRECTORY: Final = "directory"

RULES: Final[dict[str, Rule]] = {
    IPV4: addresses.ipv4,
    IPV6: addresses.ipv6,
    DOMAIN: names.domain,
    HOST: names.hostname,
    URL: urls.url,
    "x-uri-path": urls.path,
    MAIL: names.mail_address,
    FILE: codes.file,
    MAC: addresses.mac,
    AS_NUMBER: addresses.autonomous_system,
    REGISTRY_KEY: codes.registry_key,
    CERTIFICATE: codes.certificate,
    CVE: codes.cve,
    IBAN: codes.iban,
    "x-phone": codes.phone,
    "x-crypto-wallet": codes.wallet,
    **dict.fromkeys(("artifact", MUTEX, "x-user-agent", "x-regexp"), texts.exact),
}
_DEFANGED: Final = frozenset({IPV4, IPV6, DOMAIN, HOST, URL, MAIL})
# NUL and other control characters, and halves of characters, which no database keeps.
_NO_TEXT: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def normalized(code: str, value: str) -> str:
    """The one form of `value` in the type `code`. Raises ValueError saying what would be right."""
    text = value.strip()
    if not text:
        raise ValueError("An indicator has a value.")
    if len(text) > LONGEST_VALUE:
        raise ValueError(f"At most {LONGEST_VALUE} characters; this has {len(text)}.")
    if _NO_TEXT.search(text):
        raise ValueError("A value is one line without control characters.")
    return RULES.get(code, texts.plain)(refang(text) if code in _DEFANGED else text)


def digest(form: str) -> UUID:
    """What equal forms have in common, as short as an index wants it."""
    return UUID(bytes=hashlib.sha256(form.encode()).digest()[:16])


def shown(code: str, form: str) -> str:
    """Where it could be followed by mistake, written so that it cannot."""
    return defang(form) if code in _DEFANGED - {IPV6} else form


def possible_digests(value: str) -> set[UUID]:
    """Of all that `value` may mean, in whatever type."""
    found = set()
    for code in (*RULES, ""):
        try:
            found.add(digest(normalized(code, value)))
        except ValueError:
            continue
    return found
