"""Who listens to events now: counted, so that nobody takes all the places, and told together when it ends."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from gateway.executor import EndCode, Ended
from gateway.http.metrics import LISTENERS

MOST: Final = 10_000
MOST_EACH: Final = 100


class Listeners:
    """At most `most` at once, and `most_each` of one caller."""

    def __init__(self, most: int = MOST, most_each: int = MOST_EACH) -> None:
        self._most = most
        self._most_each = most_each
        self._callers: Counter[str] = Counter()
        self._ends: dict[object, Callable[[Ended], None]] = {}
        self._over: Ended | None = None

    def __len__(self) -> int:
        return len(self._ends)

    @contextmanager
    def entered(self, caller: str, end: Callable[[Ended], None]) -> Iterator[None]:
        """Inside, `end` may be called with a reason to stop. Raises Ended when there is no place."""
        self._check(caller)
        place = object()
        self._ends[place] = end
        self._callers[caller] += 1
        LISTENERS.change(1)
        try:
            yield
        finally:
            LISTENERS.change(-1)
            del self._ends[place]
            self._callers[caller] -= 1
            self._callers += Counter()  # without those who have left altogether

    def end(self, why: Ended) -> None:
        """Tells all who listen now, and whoever comes after."""
        self._over = why
        for end in list(self._ends.values()):
            end(why)

    def _check(self, caller: str) -> None:
        if self._over is not None:
            raise self._over
        if self._callers[caller] >= self._most_each:
            text = f"You have {self._most_each} subscriptions, which is all you may have: end one of them first."
            raise Ended.because(EndCode.NO_PLACE, text)
        if len(self._ends) >= self._most:
            raise Ended.because(EndCode.NO_PLACE, "This gateway has no room for more subscriptions; try later.")
