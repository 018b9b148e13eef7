"""What may be written into the fields of companies, users, groups and keys, in the form it is stored in.

Each rule raises Invalid naming the field and saying what would be right.
"""

import re
import unicodedata
from typing import Final
from zoneinfo import ZoneInfo

from chassis.errors import Invalid
from services.access.domain.countries import COUNTRIES

DEFAULT_TIME_ZONE: Final = "UTC"
DEFAULT_LOCALE: Final = "en"
JANUARY: Final = 1
MONTHS: Final = 12
LONGEST_NAME: Final = 200
LONGEST_ADDRESS: Final = 500
LONGEST_MAIL: Final = 254
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@localhost")
_LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs"})  # control characters, what turns the direction of text, half characters
_JOINERS: Final = frozenset("\u200c\u200d")  # invisible too, but part of how Persian, Hindi and others are written


def name(value: str, *field: str) -> str:
    """Without needless white space, in Unicode's composed form."""
    found = _text(value, *(field or ("name",)))
    if not 0 < len(found) <= LONGEST_NAME:
        raise Invalid(f"A name has 1 to {LONGEST_NAME} characters.", field=field or ("name",))
    return found


def address(value: str | None) -> str | None:
    """In one line, as a name; nothing but space is nothing."""
    found = _text(value or "", "address")
    if len(found) > LONGEST_ADDRESS:
        raise Invalid(f"An address has at most {LONGEST_ADDRESS} characters.", field=("address",))
    return found or None


def mail(value: str) -> str:
    found = unicodedata.normalize("NFC", value.strip())
    if len(found) > LONGEST_MAIL or not _MAIL.fullmatch(found) or _unseen(found):
        raise Invalid("This is no mail address.", field=("email",))
    return found


def country(value: str | None) -> str | None:
    if value is None or value in COUNTRIES:
        return value
    raise Invalid("A country is given by its two capital letters of ISO 3166, for example DE.", field=("country",))


def time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError) as error:  # absolute paths, directories, unknown names
        raise Invalid("A time zone is a name such as Europe/Berlin.", field=("time_zone",)) from error
    return value


def month(value: int, *field: str) -> int:
    if not 1 <= value <= MONTHS:
        raise Invalid(f"A month is a number from 1 to {MONTHS}.", field=field)
    return value


def locale(value: str, *field: str) -> str:
    if not _LOCALE.fullmatch(value):
        raise Invalid("A locale is a language tag such as en or de-AT.", field=field or ("locale",))
    return value


def _text(value: str, *field: str) -> str:
    """Raises Invalid for characters that are not seen: with them a name can look like another one."""
    found = unicodedata.normalize("NFC", " ".join(value.split()))
    if _unseen(found):
        raise Invalid("Control characters and marks of direction are not allowed here.", field=field)
    return found


def _unseen(text: str) -> bool:
    return any(unicodedata.category(each) in _UNSEEN and each not in _JOINERS for each in text)
