"""Rules for values that are measured, counted or named by a standard: money, places, languages, addresses."""

import re
from decimal import Decimal
from functools import cache
from typing import Final

from babel.core import Locale, get_global, parse_locale

_PLACES: Final = 4
_LARGEST: Final = Decimal(10) ** 15
_NO_MONEY: Final = frozenset({"XXX", "XTS"})
_NORTH: Final = 90
_EAST: Final = 180
_LONGEST_URL: Final = 2000
_URL: Final = re.compile(r"https?://[^\s\x00-\x1f\x7f<>\"]+", re.IGNORECASE)


def amount(value: Decimal | None) -> Decimal | None:
    """Without needless zeros, so that equal amounts are written alike."""
    if value is None:
        return None
    if not value.is_finite() or not 0 <= value < _LARGEST:
        raise ValueError(f"An amount from 0 to {_LARGEST:,}.")
    exact = value.quantize(Decimal(1).scaleb(-_PLACES))
    if exact != value:
        raise ValueError(f"An amount has at most {_PLACES} decimal places.")
    return plain(exact)


def plain(value: Decimal) -> Decimal:
    """Without needless zeros and without an exponent."""
    whole = value == value.to_integral_value()
    return value.quantize(Decimal(1)) if whole else value.normalize()


def currency(value: str | None) -> str | None:
    if value is not None and (value not in get_global("all_currencies") or value in _NO_MONEY):
        raise ValueError("A currency is given by its three capital letters of ISO 4217, for example EUR.")
    return value


def latitude(value: float | None) -> float | None:
    return _degrees(value, _NORTH)


def longitude(value: float | None) -> float | None:
    return _degrees(value, _EAST)


def url(value: str | None) -> str | None:
    """Only what a browser may safely be sent to."""
    if value is not None and (len(value) > _LONGEST_URL or not _URL.fullmatch(value)):
        raise ValueError(f"An address that begins with http:// or https://, of at most {_LONGEST_URL} characters.")
    return value


def language(value: str | None) -> str | None:
    """As BCP 47 writes it: de-AT, zh-Hant."""
    if value is None:
        return None
    try:
        parsed = parse_locale(value, sep="-")[:3]
    except ValueError as error:
        raise ValueError("A language is a BCP 47 tag such as de or de-AT.") from error
    for part, known in zip(parsed, _known_parts(), strict=True):
        if part is not None and part not in known:
            raise ValueError(f"There is no {part!r}: a language is a BCP 47 tag such as de or de-AT.")
    name, region, script = parsed
    return "-".join(part for part in (name, script, region) if part)


def spoken(tags: tuple[str, ...]) -> str | None:
    """The first of a reader's tags that names a language."""
    for tag in tags:
        try:
            return language(tag)
        except ValueError:
            continue
    return None


def _degrees(value: float | None, most: int) -> float | None:
    if value is not None and not -most <= value <= most:  # NaN is not within either
        raise ValueError(f"Degrees from -{most} to {most}.")
    return value


@cache
def _known_parts() -> tuple[frozenset[str], ...]:
    english = Locale("en")
    return frozenset(english.languages), frozenset(english.territories), frozenset(english.scripts)
