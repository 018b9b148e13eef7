"""Reading the parts of a list's place out of cursors, which callers may have made up: for `Page.typed`."""

from datetime import UTC, datetime
from typing import Any


def text_part(part: Any) -> str:
    """Raises ValueError for what is no text, or none that PostgreSQL takes."""
    if not isinstance(part, str) or "\x00" in part:
        raise ValueError(part)
    return part


def moment_part(part: Any) -> datetime:
    """In UTC. Raises ValueError for what is no time with its offset, or before or after all that there are."""
    found = datetime.fromisoformat(text_part(part))
    if found.tzinfo is None:
        raise ValueError(part)
    try:
        return found.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(part) from error
