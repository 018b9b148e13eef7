"""The moments in the life of an incident: stamped on entering a category, told by people, checked for their order.

A moment is kept in a column; how exact it is, whence it comes and who set it are its note. A stamp is given by what the
incident enters, from wherever it comes, so that none is lost when a category is skipped:

    leaves NEW, or is given to somebody     acknowledged, the first time
    ACTIVE                                  responded, the first time
    RESOLVED                                resolved, the last time, and first resolved, the first
    REVIEW, CLOSED                          resolved as well, where nobody has said so before
    CLOSED                                  closed, the last time
    NEW, TRIAGE, ACTIVE                     no longer resolved
    any but CLOSED                          no longer closed
    out of a final category                 reopened, counted, and first reopened, the first time
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final, TypeAlias
from uuid import UUID

from chassis.errors import Invalid
from services.incidents.domain.lifecycle import FINAL, StatusCategory

Note: TypeAlias = dict[str, Any]
"""`precision`, `origin`, `by` (who set it), and `offset`, in minutes, of the clock that was looked at."""
Values: TypeAlias = Mapping[str, Any]  # by column
NOTES: Final = "timestamps"
REOPENED: Final = "reopen_count"
_OPEN_STAGES: Final = frozenset({StatusCategory.NEW, StatusCategory.TRIAGE, StatusCategory.ACTIVE})
_RESOLVED_STAGES: Final = frozenset({StatusCategory.RESOLVED, StatusCategory.REVIEW, StatusCategory.CLOSED})


class Precision(StrEnum):
    MINUTE = "MINUTE"
    HOUR = "HOUR"
    DAY = "DAY"


class Origin(StrEnum):
    AUTO = "AUTO"
    MANUAL = "MANUAL"
    IMPORT = "IMPORT"


class Timestamp(StrEnum):
    """By the names of their columns."""

    OCCURRED = "occurred_at"
    OCCURRED_UNTIL = "occurred_until"
    DETECTED = "detected_at"
    AWARE = "aware_at"
    REPORTED = "reported_at"
    ACKNOWLEDGED = "acknowledged_at"
    RESPONDED = "responded_at"
    CONTAINED = "contained_at"
    ERADICATED = "eradicated_at"
    RECOVERED = "recovered_at"
    FIRST_RESOLVED = "first_resolved_at"
    RESOLVED = "resolved_at"
    CLOSED = "closed_at"
    FIRST_REOPENED = "first_reopened_at"


_ENDS: Final = {Timestamp.RESOLVED: _RESOLVED_STAGES, Timestamp.CLOSED: frozenset({StatusCategory.CLOSED})}
COLUMNS: Final = frozenset(each.value for each in Timestamp)
_SPANS: Final = {
    Precision.MINUTE: timedelta(minutes=1),
    Precision.HOUR: timedelta(hours=1),
    Precision.DAY: timedelta(days=1),
}
_IN_ORDER: Final = (
    Timestamp.OCCURRED,
    Timestamp.DETECTED,
    Timestamp.ACKNOWLEDGED,
    Timestamp.CONTAINED,
    Timestamp.RESOLVED,
    Timestamp.CLOSED,
)


def entering(before: StatusCategory | None, after: StatusCategory, held: Values, now: datetime) -> dict[str, Any]:
    """The columns that change when an incident goes from one category, or from nowhere, to another.

    `held` are its moments and `reopen_count`, those among them that it has.
    """
    if before is after:
        return {}
    stamped = _first_times(after, held, now) | _resolution(after, held, now)
    if before in FINAL and after not in FINAL:
        stamped[REOPENED] = (held.get(REOPENED) or 0) + 1
        stamped |= _unless_held(Timestamp.FIRST_REOPENED, held, now)
    return stamped


def assigned(held: Values, now: datetime) -> dict[str, Any]:
    """What changes when somebody is made responsible."""
    return _unless_held(Timestamp.ACKNOWLEDGED, held, now)


def aware(told: Values, held: Values, notes: Mapping[str, Note]) -> dict[str, Any]:
    """Being aware begins with the detection, until somebody says when it was."""
    if Timestamp.DETECTED not in told or Timestamp.AWARE in told:
        return {}
    own_words = held.get(Timestamp.AWARE) is not None and notes.get(Timestamp.AWARE, {}).get("origin") != Origin.AUTO
    return {} if own_words else {Timestamp.AWARE.value: told[Timestamp.DETECTED]}


def check_told(told: Values, category: StatusCategory) -> None:
    """Raises Invalid for an end that an incident in `category` has not come to, or cannot be without."""
    for stamp, stages in _ENDS.items():
        if stamp in told and (told[stamp] is not None) != (category in stages):
            wanted = ", ".join(stage.value for stage in StatusCategory if stage in stages)
            raise Invalid(f"This is told of incidents that are {wanted}, and always of these.", field=(stamp.value,))


def noted(notes: Mapping[str, Note], stamped: Values, note: Note) -> dict[str, Note]:
    """The notes after `stamped`: each moment has that note, each that is gone has none."""
    kept = {name: each for name, each in notes.items() if name not in stamped}
    return kept | {name: note for name, value in stamped.items() if name in COLUMNS and value is not None}


def note(origin: Origin, by: UUID, precision: Precision = Precision.MINUTE, offset: int | None = None) -> Note:
    found: Note = {"precision": precision.value, "origin": origin.value, "by": str(by)}
    return found if offset is None else found | {"offset": offset}


def offset_of(told: datetime) -> int | None:
    """In minutes east of Greenwich, as it was told."""
    offset = told.utcoffset()
    return None if offset is None else round(offset.total_seconds() / 60)


@dataclass(frozen=True, slots=True)
class OutOfOrder:
    """`earlier` should be before `later`, and is not, however inexact they are."""

    earlier: Timestamp
    later: Timestamp


def out_of_order(held: Values, notes: Mapping[str, Note]) -> list[OutOfOrder]:
    """Each moment beside the next one that is known."""
    known = [each for each in _IN_ORDER if held.get(each) is not None]
    return [OutOfOrder(*pair) for pair in pairwise(known) if _wrong(*pair, held, notes)]


def _wrong(earlier: Timestamp, later: Timestamp, held: Values, notes: Mapping[str, Note]) -> bool:
    inexact = max(_SPANS[Precision(notes.get(each, {}).get("precision", "MINUTE"))] for each in (earlier, later))
    return bool(held[earlier] - held[later] >= inexact)


def _first_times(after: StatusCategory, held: Values, now: datetime) -> dict[str, Any]:
    stamped = {} if after is StatusCategory.NEW else _unless_held(Timestamp.ACKNOWLEDGED, held, now)
    return stamped | (_unless_held(Timestamp.RESPONDED, held, now) if after is StatusCategory.ACTIVE else {})


def _resolution(after: StatusCategory, held: Values, now: datetime) -> dict[str, Any]:
    stamped: dict[str, Any] = {}
    if after is StatusCategory.RESOLVED or (after in _RESOLVED_STAGES and held.get(Timestamp.RESOLVED) is None):
        stamped = {Timestamp.RESOLVED.value: now, **_unless_held(Timestamp.FIRST_RESOLVED, held, now)}
    elif after in _OPEN_STAGES:
        stamped = _without([Timestamp.RESOLVED], held)
    closed = {Timestamp.CLOSED.value: now} if after is StatusCategory.CLOSED else _without([Timestamp.CLOSED], held)
    return stamped | closed


def _unless_held(stamp: Timestamp, held: Values, now: datetime) -> dict[str, Any]:
    return {stamp.value: now} if held.get(stamp) is None else {}


def _without(stamps: Iterable[Timestamp], held: Values) -> dict[str, Any]:
    return {stamp.value: None for stamp in stamps if held.get(stamp) is not None}
