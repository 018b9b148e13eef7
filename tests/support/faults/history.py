"""What a load asked for and what came of it: the history that the checker judges the databases by."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Outcome(StrEnum):
    """`UNKNOWN`: nobody answered, or something that says neither yes nor no. It may have happened, or may yet."""

    OK = "ok"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(slots=True, kw_only=True)
class Operation:
    """One request. `request` is its id, which the history of incidents and the events keep.

    `writes` is the number of history entries (and of events) that it leaves when it is done. Times are in seconds since
    the load began.
    """

    request: str
    kind: str
    arguments: dict[str, Any]
    writes: int
    began: float
    ended: float = 0.0
    outcome: Outcome = Outcome.UNKNOWN
    reason: str = ""
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str | None:
        """That under which an incident was registered."""
        key: str | None = self.arguments.get("idempotencyKey")
        return key

    @property
    def entries(self) -> int:
        """What it leaves when it is done: nothing, when an earlier request with the same key has done it."""
        return 0 if self.answer.get("alreadyRegistered") else self.writes


@dataclass(slots=True, kw_only=True)
class Window:
    """A fault, from its beginning until the registry is whole again."""

    fault: str
    began: float
    ended: float

    def of(self, history: Sequence[Operation]) -> list[Operation]:
        """What was asked and answered within."""
        return [each for each in history if self.began <= each.began and each.ended <= self.ended]


def acknowledged(history: Sequence[Operation]) -> int:
    return sum(each.outcome is Outcome.OK for each in history)


def write(history: Sequence[Operation], file: Path) -> None:
    """A line of JSON for each, in the order of their ends."""
    file.write_text("".join(f"{json.dumps(asdict(each))}\n" for each in history))
