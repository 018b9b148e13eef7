"""Pauses between attempts: ever longer, and never in step with those of other processes."""

import random


class Pauses:
    """Doubles from `first` to `longest` seconds; each is drawn from the upper half of that."""

    def __init__(self, longest: float, first: float = 0.1) -> None:
        self._first = first
        self._longest = longest
        self._upper = first

    def next(self) -> float:
        upper, self._upper = self._upper, min(self._upper * 2, self._longest)
        return random.uniform(upper / 2, upper)  # noqa: S311  # no secret

    def reset(self) -> None:
        self._upper = self._first
