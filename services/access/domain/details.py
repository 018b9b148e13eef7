"""What may be written into the fields of companies, users, groups and keys, in the form it is stored in.

Each rule raises Invalid naming the field and saying what would be right.
"""

import re
import unicodedata
from typing import Final
from zoneinfo import ZoneInfo

from chassis.errors import Invalid

DEFAULT_TIME_ZONE: Final = "UTC"
DEFAULT_LOCALE: Final = "en"
LONGEST_NAME: Final = 200
LONGEST_MAIL: Final = 254
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 200
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@localhost")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def name(value: str, *field: str) -> str:
    """Without needless white space, in Unicode's composed form."""
    found = unicodedata.normalize("NFC", " ".join(value.split()))
    if not 0 < len(found) <= LONGEST_NAME or _CONTROL.search(found):
        raise Invalid(f"A name has 1 to {LONGEST_NAME} characters.", field=field or ("name",))
    return found


def mail(value: str) -> str:
    found = unicodedata.normalize("NFC", value.strip())
    if len(found) > LONGEST_MAIL or not _MAIL.fullmatch(found) or _CONTROL.search(found):
        raise Invalid("This is no mail address.", field=("email",))
    return found


def country(value: str | None) -> str | None:
    if value is None or _COUNTRY.fullmatch(value):
        return value
    raise Invalid("A country is given by its two capital letters of ISO 3166, for example DE.", field=("country",))


def time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError) as error:  # absolute paths, directories, unknown names
        raise Invalid("A time zone is a name such as Europe/Berlin.", field=("time_zone",)) from error
    return value


def locale(value: str, *field: str) -> str:
    if not _LOCALE.fullmatch(value):
        raise Invalid("A locale is a language tag such as en or de-AT.", field=field or ("locale",))
    return value


def password(value: str) -> str:
    """Long is what makes a password good; its characters are free."""
    if not SHORTEST_PASSWORD <= len(value) <= LONGEST_PASSWORD:
        raise Invalid(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.",
            field=("password",),
        )
    return value
