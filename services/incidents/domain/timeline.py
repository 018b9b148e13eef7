"""What happened when, as people tell it: entries of an incident's timeline beside those the registry makes itself."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from chassis.errors import Invalid
from services.incidents.domain import details

MOST_ENTRIES: Final = 2_000
LONGEST_TEXT: Final = 20_000


class TimelineKind(StrEnum):
    """`MANUAL` and `IMPORTED` are written by hand or brought along; the others the registry knows itself."""

    MANUAL = "MANUAL"
    IMPORTED = "IMPORTED"
    REGISTERED = "REGISTERED"
    STATUS_CHANGED = "STATUS_CHANGED"
    TIMESTAMP = "TIMESTAMP"


WRITTEN: Final = frozenset({TimelineKind.MANUAL, TimelineKind.IMPORTED})


def title(value: str) -> str:
    """In one line. Raises Invalid."""
    try:
        found = details.line(value)
    except ValueError as error:
        raise Invalid(str(error), field=("title",)) from error
    if found is None:
        raise Invalid("Say in the title what happened.", field=("title",))
    return found


def text(value: str | None) -> str | None:
    """As written. Raises Invalid."""
    try:
        found = details.text(value)
    except ValueError as error:
        raise Invalid(str(error), field=("text",)) from error
    if found is not None and len(found) > LONGEST_TEXT:
        raise Invalid(f"At most {LONGEST_TEXT} characters; this has {len(found)}.", field=("text",))
    return found


def moment(value: datetime, *, field: str) -> datetime:
    """In UTC; also of what is still to come. Raises Invalid."""
    try:
        found = details.moment(value)
    except ValueError as error:
        raise Invalid(str(error), field=(field,)) from error
    return found or value


def require_order(at: datetime, until: datetime | None) -> None:
    """Raises Invalid."""
    if until is not None and until < at:
        raise Invalid("It ends before it begins.", field=("until",))
