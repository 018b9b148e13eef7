"""How long what was deleted can be brought back, before its bytes are gone."""

from datetime import datetime, timedelta
from typing import Final

from chassis.errors import Invalid

SHORTEST: Final = 1
LONGEST: Final = 36_500


def days(value: int) -> int:
    """Raises Invalid."""
    if not SHORTEST <= value <= LONGEST:
        raise Invalid(f"Deleted files are kept {SHORTEST} to {LONGEST} days.", field=("days",))
    return value


def purge_at(deleted_at: datetime, kept_days: int) -> datetime:
    return deleted_at + timedelta(days=kept_days)
