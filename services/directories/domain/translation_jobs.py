"""Jobs that translate what is missing, and how often and how long they try."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class JobState(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


class ItemState(StrEnum):
    """SKIPPED: somebody else translated it meanwhile, or it is gone."""

    PENDING = "PENDING"
    TRANSLATED = "TRANSLATED"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"


UNDER_WAY: Final = (JobState.QUEUED, JobState.RUNNING)
ATTEMPTS: Final = 2  # of a text: together with others, and once more alone
BATCH: Final = 20  # owners in one request
BATCH_CHARACTERS: Final = 8_000  # in one request; a text of more is asked for piece by piece


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an endpoint that is busy or away, in seconds; after `times` in a row the job fails."""

    first: float = 1.0
    longest: float = 60.0
    longest_told: float = 600.0
    times: int = 8

    def pause(self, failures: int, told: float | None) -> float | None:
        """Before the next request, after so many failures in a row; None to give up."""
        if failures >= self.times or (told or 0) > self.longest_told:
            return None
        return told if told is not None else min(self.longest, self.first * 2 ** (failures - 1))


@dataclass(frozen=True, slots=True)
class Progress:
    by_state: Mapping[ItemState, int]

    def count(self, *states: ItemState) -> int:
        return sum(self.by_state.get(state, 0) for state in states)

    @property
    def total(self) -> int:
        return sum(self.by_state.values())
