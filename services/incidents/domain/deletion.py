"""Deleting incidents: they can be restored until they are purged, which takes time, and nobody who holds them back."""

from typing import Final

from chassis.errors import Invalid
from services.incidents.domain import details

SHORTEST_RETENTION: Final = 30  # days; the database purges nothing that was deleted later, whoever asks
LONGEST_REASON: Final = 2_000


def reason(value: str | None) -> str | None:
    """As written. Raises Invalid."""
    try:
        found = details.text(value)
    except ValueError as error:
        raise Invalid(str(error), field=("reason",)) from error
    if found is not None and len(found) > LONGEST_REASON:
        raise Invalid(f"At most {LONGEST_REASON} characters; this has {len(found)}.", field=("reason",))
    return found
