"""Choices made by hypothesis, for code that draws from within."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[Any]], Any]


class Dice:
    """Choices. The first of several is the simplest, and `chance` would rather say no."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw

    def pick(self, among: Sequence[T]) -> T:
        return among[0] if len(among) == 1 else among[self._draw(st.integers(0, len(among) - 1))]

    def chance(self, percent: int) -> bool:
        return bool(self._draw(st.integers(0, 99)) >= 100 - percent)

    def maybe(self, percent: int, choose: Callable[[], T]) -> T | None:
        """One more thing or none; hypothesis drops or repeats its choices as a whole."""
        chosen: T | None = self._draw(_maybe(percent, choose))
        return chosen


@st.composite
def _maybe(draw: Draw, percent: int, choose: Callable[[], T]) -> T | None:
    return choose() if draw(st.integers(0, 99)) >= 100 - percent else None
