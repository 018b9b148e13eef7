"""Log lines as a person reads them: time, level, process, what happened, its details, and last the ids."""

import json
from typing import Any, Final, NamedTuple

_WIDTH: Final = 18  # of the longest name of a process, a worker of several
_IDS: Final = ("request_id", "trace_id", "span_id", "event_id")
_SHOWN_APART: Final = frozenset({"timestamp", "level", "event", "exception", *_IDS})


class Line(NamedTuple):
    """One that `process` wrote; `time` is ISO 8601 in UTC, or empty where the line is no JSON object."""

    process: str
    time: str
    told: dict[str, Any]

    @classmethod
    def read(cls, process: str, text: str) -> "Line":
        try:
            told = json.loads(text)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            told = {"event": text}
        return cls(process, str(told.get("timestamp", "")), told)

    def __str__(self) -> str:
        """Several lines where there is a stack, each with the process before it."""
        details = [f"{name}={_short(value)}" for name, value in self.told.items() if name not in _SHOWN_APART]
        ids = [f"{name}={self.told[name]}" for name in _IDS if name in self.told]
        words = " ".join([str(self.told.get("event", "")), *details, *ids])
        stack = str(self.told.get("exception", "")).splitlines()
        return "\n".join([self._head() + words, *(self._head() + f"  {line}" for line in stack)])

    def _head(self) -> str:
        clock = self.time.partition("T")[2][:12]
        level = str(self.told.get("level", "")).upper()
        return f"{clock:<12} {level:<7} {self.process:<{_WIDTH}} "


def _short(value: object) -> str:
    """As it is when it is one word, else as JSON."""
    text = str(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return json.dumps(text, ensure_ascii=False) if " " in text and isinstance(value, str) else text
