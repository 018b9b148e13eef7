"""How long to wait before the next sign-in: nothing at first, then twice as long after each failure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

LONGEST_PAUSE: Final = timedelta(minutes=5)
FORGET_AFTER: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many attempts in a row cost nothing, for one account or one address."""

    kind: str
    free_attempts: int


ACCOUNT: Final = Allowance("account", 5)
ADDRESS: Final = Allowance("address", 30)  # many people may sit behind one


def pause(attempts: int, allowance: Allowance) -> timedelta:
    """The pause that follows the attempt number `attempts`, were it a failure."""
    doublings = attempts - allowance.free_attempts
    if doublings < 0:
        return timedelta(0)
    return min(LONGEST_PAUSE, timedelta(seconds=2 ** min(doublings, 30)))
