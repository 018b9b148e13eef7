"""How much each caller may cost in a minute: a bucket for each, that fills up steadily and never overflows."""

import time
from collections.abc import Callable
from math import ceil
from typing import Final, NamedTuple

from gateway.operation.errors import RequestError, RequestErrors, RequestFailure
from gateway.operation.lru import Lru

_SECONDS: Final = 60.0
_CALLERS: Final = 10_000


class BudgetSpent(RequestErrors):
    """The caller has cost enough for now; in so many `seconds` there is enough again."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__([RequestError(message, RequestFailure.BUDGET)])
        self.seconds = seconds


class _Bucket(NamedTuple):
    left: float
    at: float


class Budgets:
    """Of at most 10,000 callers; who has not asked for longest is forgotten first, with a full bucket."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`per_minute` in units of cost; `clock` tells seconds."""
        self._most = per_minute
        self._clock = clock
        self._buckets: Lru[str, _Bucket] = Lru(_CALLERS)

    def spend(self, caller: str, cost: int) -> None:
        """Raises BudgetSpent, and takes nothing, where the caller has less left."""
        now = self._clock()
        bucket = self._buckets.get(caller) or _Bucket(self._most, now)
        left = min(self._most, bucket.left + (now - bucket.at) * self._most / _SECONDS)
        if cost > left:
            seconds = ceil((cost - left) * _SECONDS / self._most)
            text = f"This costs {cost}, and of the {self._most} a minute {int(left)} are left; wait {seconds} seconds."
            raise BudgetSpent(text, seconds)
        self._buckets.put(caller, _Bucket(left - cost, now))
