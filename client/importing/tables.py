"""Reading a TOML table strictly: every wrong type, missing key and unknown key becomes one line with its place."""

import difflib
from collections.abc import Collection
from pathlib import Path
from typing import Any, Never, TypeVar

from client.errors import InputProblem

T = TypeVar("T")
_NAMES = {str: "text in quotes", bool: "true or false", int: "a whole number", dict: "a table", list: "a list"}


def nearest(wrong: str, known: Collection[str]) -> str:
    """The way out of a misspelling: what was probably meant, and all that may be written."""
    close = difflib.get_close_matches(wrong, known, n=1)
    meant = f"did you mean {close[0]!r}? " if close else ""
    return f"{meant}Known: {', '.join(sorted(known)) or 'none'}."


class Table:
    """A table of the mapping that remembers where it stands and which of its keys were read."""

    def __init__(self, file: Path, place: str, content: dict[str, Any]) -> None:
        self.file = file
        self.place = place
        self.content = content
        self._read: set[str] = set()

    def fail(self, reason: str, *, key: str = "") -> Never:
        place = ".".join(part for part in (self.place, key) if part)
        raise InputProblem(f"{self.file}: {place or 'the file'}: {reason}")

    def get(self, key: str, kind: type[T], default: T) -> T:
        self._read.add(key)
        return self._typed(key, kind) if key in self.content else default

    def optional(self, key: str, kind: type[T]) -> T | None:
        self._read.add(key)
        return self._typed(key, kind) if key in self.content else None

    def need(self, key: str, kind: type[T]) -> T:
        self._read.add(key)
        if key not in self.content:
            self.fail(f'is missing; write {key} = "..." there.' if kind is str else "is missing.", key=key)
        return self._typed(key, kind)

    def table(self, key: str) -> "Table":
        """The table below, empty when it is not written."""
        return Table(self.file, f"{self.place}.{key}".lstrip("."), self.get(key, dict, {}))

    def texts(self, key: str) -> tuple[str, ...]:
        found = self.get(key, list, [])
        if not all(isinstance(text, str) for text in found):
            self.fail("must be a list of texts in quotes.", key=key)
        return tuple(found)

    def done(self, *, also: Collection[str] = ()) -> None:
        """Call when all keys are read: what is left over is a misspelling. `also` names keys of other forms."""
        for key in self.content:
            if key not in self._read:
                self.fail(f"is not known here; {nearest(key, self._read | set(also))}", key=key)

    def _typed(self, key: str, kind: type[T]) -> T:
        found = self.content[key]
        # In Python true is an int; in a mapping it never means 1.
        if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
            self.fail(f"must be {_NAMES[kind]}, not {found!r}.", key=key)
        return found
