"""A trial: faults one after another on a registry under load, and then the judgement, with its counts."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from deploy.local.checks import Finding
from tests.support.faults.checker import check, failures
from tests.support.faults.ground import Ground
from tests.support.faults.history import Operation, Outcome, Window, write
from tests.support.faults.kinds import Fault
from tests.support.faults.load import Load

_LOOK = 1  # second between two looks at what is left
_FEW = 5
_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class Trial:
    """`ground` and `load` under each fault; `seed` is told, so that a run can be repeated."""

    ground: Ground
    load: Load
    seed: str
    windows: list[Window] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    rested_after: float = 0.0

    async def suffer(self, faults: Iterable[tuple[str, Fault]]) -> None:
        """Each, and then the load going on as ever."""
        for name, fault in faults:
            began = self.load.now
            await fault(self.ground, self.load)
            self.windows.append(Window(fault=name, began=began, ended=self.load.now))
            await self.load.proceeds()

    async def judge(self, *, patience: int) -> set[str]:
        """What is wrong when all is at rest, or when nothing has changed any more for `patience` seconds."""
        await self.load.still()
        began, before, unchanged = self.load.now, await self.ground.figures(), 0
        while unchanged < patience and not await self.ground.at_rest():
            await asyncio.sleep(_LOOK)
            now = await self.ground.figures()
            before, unchanged = now, unchanged + 1 if now == before else 0
        self.rested_after = self.load.now - began
        self.findings = await check(self.ground, self.load.history)
        return failures(self.findings)

    def acknowledged_during(self, fault: str) -> int:
        return sum(
            each.outcome is Outcome.OK
            for window in self.windows
            if window.fault == fault
            for each in window.of(self.load.history)
        )

    def report(self, file: Path) -> str:
        """For people; the history itself is in `file`."""
        write(self.load.history, file)
        lines = [
            f"{self.ground.name}: seed {self.seed}, {len(self.load.history)} changes: {_outcomes(self.load.history)}",
            *(f"  {line}" for line in self._table()),
            *_reasons(self.load.history),
            f"  {self.rested_after:.1f} s after the last change nothing moved any more",
            *(f"  {finding}" for finding in self.findings if not finding.ok or not failures(self.findings)),
            f"  history: {file}",
        ]
        return "\n".join(lines)

    def _table(self) -> list[str]:
        head = f"{'at s':>6} {'lasted s':>8} {'ok':>5} {'fail':>5} {'unknown':>7} {'longest wait s':>14}  fault"
        return [head, *(self._line(window) for window in self.windows)]

    def _line(self, window: Window) -> str:
        """Of the changes that were asked for in the window, whenever they were answered."""
        asked = [each for each in self.load.history if window.began <= each.began <= window.ended]
        count = Counter(each.outcome for each in asked)
        numbers = f"{count[Outcome.OK]:>5} {count[Outcome.FAIL]:>5} {count[Outcome.UNKNOWN]:>7}"
        wait = _longest_wait(self.load.history, window)
        return f"{window.began:>6.1f} {window.ended - window.began:>8.1f} {numbers} {wait:>14.1f}  {window.fault}"


def _longest_wait(history: Sequence[Operation], window: Window) -> float:
    """The longest time without an acknowledgement that began in the window."""
    ends = sorted(each.ended for each in history if each.outcome is Outcome.OK)
    gaps = [(end, after - end) for end, after in pairwise(ends)]
    return max((gap for end, gap in gaps if end + gap >= window.began and end <= window.ended), default=0.0)


def _outcomes(history: Sequence[Operation]) -> str:
    count = Counter(each.outcome for each in history)
    return ", ".join(f"{count[outcome]} {outcome}" for outcome in Outcome)


def _reasons(history: Sequence[Operation]) -> list[str]:
    """The most frequent of those without an acknowledgement."""
    count = Counter(
        f"{each.outcome}: {_DIGITS.sub('#', each.reason)[:110]}" for each in history if each.outcome is not Outcome.OK
    )
    return [f"  {number:>5} {reason}" for reason, number in count.most_common(_FEW)]
