"""Moments of an incident that its company chose to record: one of each definition in the directory of timestamps.

They are told as those that every incident has are, with how exact they are, whence they come and by which clock.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.errors import Invalid
from services.incidents.domain import details
from services.incidents.domain.timestamps import Origin, Precision, offset_of

MOST_TIMESTAMPS: Final = 50


def told(at: datetime, precision: Precision, origin: Origin, by: UUID) -> dict[str, Any]:
    """The columns of a moment that somebody tells. Raises Invalid."""
    try:
        moment = details.moment(at)
    except ValueError as error:
        raise Invalid(str(error), field=("at",)) from error
    return {
        "at": moment,
        "precision": precision.value,
        "origin": origin.value,
        "utc_offset": offset_of(at),
        "set_by_id": by,
    }


def check_new(definition: UUID, present: Collection[UUID]) -> None:
    """Raises Invalid where an incident, which tells those `present`, has no place for another one."""
    if definition in present:
        raise Invalid("The incident tells this one already: change that with editIncidentTimestamp.", field=_DEFINITION)
    if len(present) >= MOST_TIMESTAMPS:
        raise Invalid(f"At most {MOST_TIMESTAMPS} in an incident: remove one first.", field=_DEFINITION)


_DEFINITION: Final = ("definition",)
