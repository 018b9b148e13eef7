"""`make logs`: what all processes of a running registry write, each line with the name of its process, until Ctrl-C."""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from deploy.local.errors import CannotStart
from deploy.local.log_lines import Line

_PAUSE: Final = 0.3
_EARLIER: Final = 5  # lines of each file, to begin with
_WINDOW: Final = 20_000  # bytes of each file in which these are looked for


async def follow(data: Path) -> int:
    """Prints earlier lines and then the new ones, in the order of their time. Raises CannotStart without any log."""
    tails: dict[Path, Tail] = {}
    lines = _read(data, tails, begin=True)
    if not tails:
        raise CannotStart(
            f"There are no logs in {data}: start the registry with `make stack`, or name its directory: "
            "make logs REGISTRY_DATA=.registry"
        )
    try:
        while True:
            for line in sorted(lines, key=lambda each: each.time):
                sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            await asyncio.sleep(_PAUSE)
            lines = _read(data, tails)
    except BrokenPipeError:  # who reads us, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


class Tail:
    """What is added to one log file, which may be put aside and begun anew."""

    def __init__(self, file: Path, *, begin: bool) -> None:
        """With `begin` only the end of what is there already is read."""
        self.time = ""
        self._file = file
        self._kind = 0
        self._at = 0
        self._only_end = begin
        self._rest = b""

    def lines(self) -> list[str]:
        """The whole lines that are new."""
        try:
            with self._file.open("rb") as file:
                found = os.fstat(file.fileno())
                self._move(found)
                file.seek(self._at)
                added = file.read()
        except FileNotFoundError:
            return []
        self._at += len(added)
        *whole, self._rest = (self._rest + added).split(b"\n")
        texts = [line.decode(errors="replace") for line in whole if line]
        only_end, self._only_end = self._only_end, False
        return texts[-_EARLIER:] if only_end else texts

    def _move(self, found: os.stat_result) -> None:
        """To the beginning of another file, and of one that was cut."""
        if found.st_ino != self._kind or found.st_size < self._at:
            self._kind, self._rest = found.st_ino, b""
            self._at = max(0, found.st_size - _WINDOW) if self._only_end else 0


def _read(data: Path, tails: dict[Path, Tail], *, begin: bool = False) -> list[Line]:
    lines: list[Line] = []
    for file in _files(data):
        tail = tails.setdefault(file, Tail(file, begin=begin))
        for text in tail.lines():
            line = Line.read(file.stem, text)
            tail.time = line.time or tail.time  # what tells no time was written when the line before it was
            lines.append(line._replace(time=tail.time))
    return lines


def _files(data: Path) -> Iterator[Path]:
    yield from sorted(data.glob("*.log"))
    yield from sorted((data / "processes").glob("*.log"))
