"""Telling the person how far it is: a bar on a terminal, now and then a line anywhere else."""

import time
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.text import Text

SECONDS_BETWEEN_LINES = 5.0


class Progress(Protocol):
    """One stage after the other; `total` None where nobody knows it yet."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def stage(self, name: str, total: int | None) -> None: ...

    def advance(self, count: int) -> None: ...

    def say(self, message: str) -> None: ...


def progress_on(console: Console) -> Progress:
    return Bar(console) if console.is_terminal else Lines(console)


class Lines:
    """For logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def stage(self, name: str, total: int | None) -> None:
        self._name, self._total, self._done = name, total, 0
        self._began = self._told = time.monotonic()
        if total is not None:
            self.say(f"{name}: {total}")

    def advance(self, count: int) -> None:
        self._done += count
        now = time.monotonic()
        if now - self._told >= SECONDS_BETWEEN_LINES:
            self._told = now
            self.say(self._line(self._done / (now - self._began)))

    def say(self, message: str) -> None:
        self._console.print(message, markup=False, highlight=False, soft_wrap=True)

    def _line(self, rate: float) -> str:
        if self._total is None:
            return f"{self._name}: {self._done}, {rate:.0f}/s"
        left = (self._total - self._done) / rate
        return f"{self._name}: {self._done} of {self._total}, {rate:.0f}/s, {left:.0f} s left"


class RateColumn(ProgressColumn):
    """Things a second, over the last half minute."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.0f}/s", style="progress.data.speed")


class Bar:
    """For a person who watches."""

    def __init__(self, console: Console) -> None:
        self._rich = RichProgress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), RateColumn(), TimeRemainingColumn(),
            console=console,
        )  # fmt: skip
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._rich.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rich.stop()

    def stage(self, name: str, total: int | None) -> None:
        self._task = self._rich.add_task(name, total=total)

    def advance(self, count: int) -> None:
        if self._task is not None:
            self._rich.advance(self._task, count)

    def say(self, message: str) -> None:
        self._rich.console.print(message, markup=False, highlight=False, soft_wrap=True)
