"""What may be written into the fields of an incident: every value is checked here, whoever brings it.

A rule takes the value, gives it back in the form it is stored in, and raises ValueError saying what would be right.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from chassis.errors import Invalid
from services.incidents.domain import measures
from services.incidents.domain.vocabulary import Channel, Kind, Pap, Tlp, impact_areas, word

Rule: TypeAlias = Callable[[Any], Any]

LONGEST_TITLE: Final = 200
SHORTEST_TITLE: Final = 3
LONGEST_TEXT: Final = 100_000
LONGEST_LINE: Final = 300
LONGEST_TAG: Final = 64
MOST_TAGS: Final = 50
LARGEST_COUNT: Final = 2**31 - 1
LONGEST_KEY: Final = 64
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def title(value: str | None) -> str:
    text = " ".join((value or "").split())
    if not SHORTEST_TITLE <= len(text) <= LONGEST_TITLE:
        raise ValueError(f"A title has {SHORTEST_TITLE} to {LONGEST_TITLE} characters; this one has {len(text)}.")
    return _clean(text)


def text(value: str | None) -> str | None:
    return _text(value, LONGEST_TEXT)


def line(value: str | None) -> str | None:
    return _text(" ".join((value or "").split()), LONGEST_LINE)


def mail(value: str | None) -> str | None:
    address = line(value)
    if address is not None and not _MAIL.fullmatch(address):
        raise ValueError("This is no mail address.")
    return address


def country(value: str | None) -> str | None:
    code = line(value)
    if code is not None and not _COUNTRY.fullmatch(code):
        raise ValueError("A country is given by its two capital letters of ISO 3166, for example DE.")
    return code


def moment(value: datetime | None) -> datetime | None:
    """In UTC."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("A time needs its offset, for example 2026-03-01T09:30:00+01:00.")
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("This is no time between the years 1 and 9999.") from error


def count(value: int | None) -> int | None:
    if value is not None and not 0 <= value <= LARGEST_COUNT:
        raise ValueError(f"A number from 0 to {LARGEST_COUNT}.")
    return value


def tags(value: list[str] | None) -> list[str]:
    """Without repetitions, in the order given."""
    found = list(dict.fromkeys(tag.strip() for tag in value or [] if tag.strip()))
    if len(found) > MOST_TAGS or any(len(tag) > LONGEST_TAG or _CONTROL.search(tag) for tag in found):
        raise ValueError(f"At most {MOST_TAGS} tags of at most {LONGEST_TAG} characters.")
    return found


def known_or_not(value: bool | None) -> bool | None:
    """Three answers: yes, no, and nobody knows yet."""
    return value


def registration_key(value: str | None) -> str | None:
    if value is not None and (not 0 < len(value) <= LONGEST_KEY or _CONTROL.search(value)):
        raise ValueError(f"An idempotency key has 1 to {LONGEST_KEY} characters, none of them a control character.")
    return value


RULES: Final[Mapping[str, Rule]] = {
    "title": title,
    "description": text,
    "location_text": line,
    "location_country": country,
    "reported_by_name": line,
    "reported_by_email": mail,
    "reported_by_phone": line,
    "occurred_at": moment,
    "detected_at": moment,
    "reported_at": moment,
    "occurred_until": moment,
    "aware_at": moment,
    "acknowledged_at": moment,
    "responded_at": moment,
    "contained_at": moment,
    "eradicated_at": moment,
    "recovered_at": moment,
    "first_resolved_at": moment,
    "resolved_at": moment,
    "closed_at": moment,
    "first_reopened_at": moment,
    "data_subjects_affected": count,
    "records_affected": count,
    "impact": text,
    "actions_taken": text,
    "preventive_measures": text,
    "comment": text,
    "tags": tags,
    "kind": word(Kind, Kind.INCIDENT),
    "tlp": word(Tlp, Tlp.AMBER),
    "pap": word(Pap, Pap.AMBER),
    "impact_areas": impact_areas,
    "root_cause": text,
    "personal_data": known_or_not,
    "critical_service": known_or_not,
    "cost_amount": measures.amount,
    "cost_currency": measures.currency,
    "reports_and_records": text,
    "indicators_text": text,
    "no_measures_reason": text,
    "location_latitude": measures.latitude,
    "location_longitude": measures.longitude,
    "reported_by_external": known_or_not,
    "source_channel": word(Channel, Channel.API),
    "source_system": line,
    "source_external_id": line,
    "source_url": measures.url,
    "language": measures.language,
}
_NESTED: Final = ("location", "reported_by", "cost", "source")
_ELSEWHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "location_latitude": ("location", "coordinates", "latitude"),
    "location_longitude": ("location", "coordinates", "longitude"),
    "site_id": ("location", "site_id"),
    "reported_by_id": ("reported_by", "user_id"),
}


def check(details: Mapping[str, Any]) -> dict[str, Any]:
    """All values in the form they are stored in. Raises Invalid naming the first field that breaks its rule."""
    return {name: _checked(name, value) for name, value in details.items()}


def _checked(name: str, value: Any) -> Any:
    try:
        return RULES[name](value)
    except ValueError as error:
        raise Invalid(str(error), field=input_path(name)) from error


def input_path(name: str) -> tuple[str, ...]:
    """Where callers find a field: `location_text` is `text` of `location`."""
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    for group in _NESTED:
        if name.startswith(group + "_"):
            return group, name.removeprefix(group + "_")
    return (name,)


def _text(value: str | None, longest: int) -> str | None:
    """As written, outer space too: it may be a quotation. Nothing but space is nothing."""
    found = value or ""
    if len(found) > longest:
        raise ValueError(f"At most {longest} characters; this has {len(found)}.")
    return _clean(found) if found.strip() else None


def _clean(found: str) -> str:
    if _CONTROL.search(found):
        raise ValueError("Control characters are not allowed.")
    return found
