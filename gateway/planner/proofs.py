"""Proving goals that may depend on one another in circles, each at most once.

A goal met again inside its own proof counts as not proven there. What is proven is so for ever. What is not may be
so only because of such a circle, and is remembered only where its circle did not reach outside.
"""

from collections.abc import Callable, Hashable
from typing import TypeVar

from gateway.planner.plan import PlanningError

_NEVER = 1 << 30
T = TypeVar("T")


class Proofs:
    """`budget` bounds the goals tried, so that no operation can keep the planner busy for long."""

    def __init__(self, budget: int) -> None:
        self._left = budget
        self._known: dict[Hashable, bool] = {}
        self._computed: dict[Hashable, object] = {}
        self._open: dict[Hashable, int] = {}
        self._cut = _NEVER

    def prove(self, goal: Hashable, circle: Hashable, attempt: Callable[[], bool]) -> bool:
        """`circle` names what must not be tried within itself, usually coarser than the goal."""
        known = self._known.get(goal)
        if known is not None:
            return known
        depth = self._open.get(circle)
        if depth is not None:
            self._cut = min(self._cut, depth)
            return False
        return self._try(goal, circle, attempt)

    def _try(self, goal: Hashable, circle: Hashable, attempt: Callable[[], bool]) -> bool:
        self.spend()
        depth = len(self._open)
        self._open[circle] = depth
        outer, self._cut = self._cut, _NEVER
        try:
            proven = attempt()
        finally:
            del self._open[circle]
        if proven or self._cut >= depth:
            self._known[goal] = proven
            self._cut = outer
        else:
            self._cut = min(outer, self._cut)
        return proven

    def compute(self, goal: Hashable, attempt: Callable[[], T]) -> T:
        """The same for a value that grows with what can be proven; remembered where no circle was cut."""
        if goal in self._computed:
            return self._computed[goal]  # type: ignore[return-value]  # one goal always has one type of value.
        outer, self._cut = self._cut, _NEVER
        value = attempt()
        if self._cut == _NEVER:
            self._computed[goal] = value
        self._cut = min(outer, self._cut)
        return value

    def spend(self, work: int = 1) -> None:
        self._left -= work
        if self._left < 0:
            raise PlanningError("The operation is too complex to plan.")
