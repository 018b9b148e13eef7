"""Which type a value is of, by its looks alone."""

import re
from typing import Final, NamedTuple

from services.incidents.domain.indicators import endings, kinds
from services.incidents.domain.indicators.fanging import refang
from services.incidents.domain.indicators.vocabulary import LONGEST_VALUE


class Recognized(NamedTuple):
    """The type by its code, what of the value is meant, and its one form."""

    code: str
    value: str
    form: str


# Each is tried on the whole value, in this order; what looks like one and breaks the rules of its type is not one.
_LOOKS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (kinds.URL, re.compile(r"(?i:[a-z][a-z0-9+.-]{1,30})://\S+")),
    (kinds.IPV4, re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?")),
    (kinds.CVE, re.compile(r"(?i:cve)-[0-9]{4}-[0-9]{4,12}")),
    (kinds.FILE, re.compile(r"(?i:(?:md5|sha-?(?:1|256|512))[:=])?[0-9A-Fa-f]{32,128}")),
    (kinds.MAC, re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}")),
    (kinds.IPV6, re.compile(r"(?=.{3})[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{1,40}[0-9.]{0,15}(?:%\w{1,16})?(?:/[0-9]{1,3})?")),
    (kinds.AS_NUMBER, re.compile(r"AS[0-9]{1,10}")),
    (kinds.REGISTRY_KEY, re.compile(r"(?i:hkey_[a-z_]{4,30}|hk(?:lm|cu|cr|u|cc))\\\S.*")),
    (kinds.IBAN, re.compile(r"[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?")),
    (kinds.MAIL, re.compile(r"(?i:mailto:)?[^\s@<>:/\\]{1,64}@[^\s@<>/\\]{1,253}\.[^\s@<>/\\.]{2,63}")),
)
_DOTTED: Final = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,40}\.?")
# What stands before a port or a path. Brackets are those that dots are defanged by.
_HOST: Final = re.compile(r"(?:[^/:?#\s\[({]|[\[({]++(?:\.|dot)[\])}]++)++(?=[/:?#]|[\[({]++[:/])", re.IGNORECASE)
_PLACED: Final = frozenset({kinds.IPV4, kinds.DOMAIN})


def recognize(value: str) -> Recognized | None:
    """None for what may be anything."""
    if len(value) > LONGEST_VALUE:
        return None
    typed = value.strip()
    found = _whole(typed)
    host = None if found else _HOST.match(typed)
    inside = _whole(host[0]) if host else None
    return inside if inside is not None and inside.code in _PLACED else found


def _whole(typed: str) -> Recognized | None:
    text = refang(typed)
    for code, looks in _LOOKS:
        if looks.fullmatch(text):
            found = _of(code, typed)
            if found is not None and (code != kinds.FILE or _is_digest(found.form)):
                return found
    return _dotted(typed, text, defanged=text != typed)


def _dotted(typed: str, text: str, *, defanged: bool) -> Recognized | None:
    """A domain, or the name of a file; nobody defangs the latter."""
    if not _DOTTED.fullmatch(text):
        return None
    ending = text.removesuffix(".").rpartition(".")[2]
    if not defanged and endings.of_file(ending):
        return _of(kinds.FILE, typed)
    return _of(kinds.DOMAIN, typed) if defanged or endings.of_domain(ending) else None


def _of(code: str, typed: str) -> Recognized | None:
    try:
        return Recognized(code, typed, kinds.normalized(code, typed))
    except ValueError:
        return None


def _is_digest(form: str) -> bool:
    return len(form) in {32, 40, 64, 128}
