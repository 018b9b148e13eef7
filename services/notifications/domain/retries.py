"""When a webhook is tried again, and when it is given up."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

_WAITS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
ATTEMPTS: Final = len(_WAITS) + 1  # the first one is made at once; with the others, over 75 h 35 m
_JITTER: Final = 0.2
_LONGEST_WAIT: Final = timedelta(hours=24)
GIVES_UP_AFTER: Final = timedelta(days=5)
GONE: Final = 410
BUSY: Final = frozenset({429, 502, 503, 504})  # nothing else is sent there meanwhile either
Dice = Callable[[], float]


def wait_after(attempts: int, dice: Dice = random.random) -> timedelta | None:
    """How long to wait when so many attempts have failed; None when that was the last. `dice` gives 0 to below 1."""
    if attempts >= ATTEMPTS:
        return None
    return _WAITS[attempts - 1] * (1 - _JITTER + 2 * _JITTER * dice())


def asked_to_wait(retry_after: str | None, now: datetime) -> timedelta:
    """What the header Retry-After asks for, in seconds or as a date; a day at most, nothing for what is neither."""
    try:
        wait = _read_wait((retry_after or "0").strip(), now)
    except (ValueError, TypeError, OverflowError):
        return timedelta()
    return min(max(wait, timedelta()), _LONGEST_WAIT)


def _read_wait(text: str, now: datetime) -> timedelta:
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:10]), _LONGEST_WAIT.total_seconds()))
    date = parsedate_to_datetime(text)
    return (date if date.tzinfo else date.replace(tzinfo=UTC)) - now
