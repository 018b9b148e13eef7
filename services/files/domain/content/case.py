"""One look at one file and all that is in it: what was found, what may still be spent, and how deep we are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from services.files.domain.content.findings import Code, Findings, Stop
from services.files.domain.content.limits import (
    DEEPEST,
    DEEPEST_ARCHIVE,
    LARGEST_EXPANDED,
    LARGEST_RATIO,
    MOST_ENTRIES,
    RATIO_COUNTS_FROM,
)


@dataclass(slots=True)
class Budget:
    """What all archives in one file may cost together."""

    entries: int = 0
    expanded: int = 0

    def entry(self) -> None:
        self.entries += 1
        if self.entries > MOST_ENTRIES:
            raise Stop(Code.TOO_MANY_ENTRIES, f"There are more than {MOST_ENTRIES} files in it.")

    def spend(self, size: int) -> None:
        self.expanded += size
        if self.expanded > LARGEST_EXPANDED:
            raise Stop(Code.DECOMPRESSION_BOMB, f"It holds more than {LARGEST_EXPANDED} bytes when unpacked.")

    def spent(self, made: int, taken: int) -> None:
        """`made` bytes came out of `taken` compressed ones."""
        if made > RATIO_COUNTS_FROM and made > LARGEST_RATIO * max(taken, 1):
            raise Stop(Code.DECOMPRESSION_BOMB, f"It unpacks to more than {LARGEST_RATIO} times its size.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`look` inspects what was found inside, by the same rules."""

    findings: Findings
    budget: Budget
    look: "Callable[[BinaryIO, str, Case], None]"
    stream: "Callable[[Iterator[bytes], str, Case], None]"
    where: str = ""
    archives: int = 0
    depth: int = 0

    def add(self, code: Code, detail: str) -> None:
        self.findings.add(code, f"{self.where}{detail}")

    def entered(self, *, archive: bool) -> "Case":
        """Stops where archives lie too deep in one another."""
        inner = replace(self, archives=self.archives + archive, depth=self.depth + 1)
        if inner.archives > DEEPEST_ARCHIVE or inner.depth > DEEPEST:
            raise Stop(Code.TOO_DEEP, "Files lie too deep in one another.")
        return inner

    def within(self, place: str) -> "Case":
        return replace(self, where=f"{self.where}{place}: ")
