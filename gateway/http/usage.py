"""Which documents are asked most, so that a new engine can plan them before it takes over."""

from collections import Counter
from typing import Final, NamedTuple

_REMEMBERED: Final = 500
_CHARACTERS: Final = 20_000


class Use(NamedTuple):
    """All that a plan depends on besides the supergraph; no values of variables."""

    query: str
    operation_name: str | None
    decided: tuple[bool, ...]
    removed: frozenset[int]


class Usage:
    """Counts of at most `remembered` uses; when there are more, the less used half is forgotten."""

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._remembered = remembered
        self._counts: Counter[Use] = Counter()

    def note(self, use: Use) -> None:
        """Giant documents are not worth their place."""
        if len(use.query) > _CHARACTERS:
            return
        self._counts[use] += 1
        if len(self._counts) > self._remembered:
            # Halved, so that what was asked much long ago gives way to what is asked now.
            self._counts = Counter(
                {each: -(-count // 2) for each, count in self._counts.most_common(self._remembered // 2)}
            )

    def most_used(self) -> list[Use]:
        """The most used first."""
        return [use for use, _ in self._counts.most_common()]
