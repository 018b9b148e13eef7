"""Names of the domain name system and what is built on them: domains, hosts, mail addresses."""

import re
from typing import Final

import idna

LONGEST_NAME: Final = 253
_LONGEST_TYPED: Final = 1_000  # before it is encoded
_LONGEST_ENCODED: Final = 59  # characters, for with `xn--` before its code a label has 63 at most
_LABELS: Final = "Labels of a name have 1 to 63 letters, digits, hyphens and underscores."
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LOCAL_PART: Final = re.compile(r"[^\s@<>]{1,64}")


def hostname(text: str) -> str:
    """In ASCII, lower case, without the final dot; names of other scripts as IDNA 2008, or else Punycode, has them."""
    mapped = _bounded(_mapped(text).removesuffix("."))  # in ASCII it is no shorter, and takes its time to get there
    return _bounded(".".join(map(_label, mapped.split("."))))


def domain(text: str) -> str:
    name = hostname(text)
    _, dot, last = name.rpartition(".")
    if not dot or last.isdigit():
        raise ValueError("A domain name is made of labels with dots between, for example example.org.")
    return name


def mail_address(text: str) -> str:
    """Lower case as a whole: hardly any server tells letters of the local part apart."""
    bare = text.removeprefix("<").removesuffix(">")
    address = bare[7:] if bare[:7].lower() == "mailto:" else bare
    local, _, host = address.rpartition("@")
    if not _LOCAL_PART.fullmatch(local):
        raise ValueError("A mail address has up to 64 characters, an @ and a domain, for example ada@example.org.")
    return f"{local.lower()}@{hostname(host)}"


def _mapped(text: str) -> str:
    if text.isascii():
        return text.lower()
    _bounded(text, _LONGEST_TYPED)
    try:
        return idna.uts46_remap(text, std3_rules=False, transitional=False)
    except idna.IDNAError as error:
        raise ValueError("A name holds a character that no name of the domain name system has.") from error


def _bounded(name: str, longest: int = LONGEST_NAME) -> str:
    if len(name) > longest:
        raise ValueError(f"A name has at most {LONGEST_NAME} characters in ASCII.")
    return name


def _label(label: str) -> str:
    found = label if label.isascii() else _encoded(label)
    if not _LABEL.fullmatch(found):
        raise ValueError(_LABELS)
    return found


def _encoded(label: str) -> str:
    """Attackers use labels that IDNA 2008 refuses and that resolve all the same: these are encoded as they are.

    Each character takes one of the code at least, and encoding takes time that grows with the square of their number.
    """
    if len(label) > _LONGEST_ENCODED:
        raise ValueError(_LABELS)
    try:
        return idna.alabel(label).decode("ascii")
    except idna.IDNAError:
        return "xn--" + label.encode("punycode").decode("ascii")
