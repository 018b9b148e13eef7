"""Counting what happens, for Prometheus: plain numbers of this process, which cost something only when they are read.

A metric is declared once, beside what it counts, and then told what happened, with a value for each of its labels:

    _ASKED = Counter("questions_total", "Questions that were asked.", ("outcome",))
    _ASKED.add("answered")

Values of labels come from a small fixed set, never from a caller. Only the thread of the event loop counts, so nothing
is locked. What can only be looked up, such as the length of a queue, is a reading: see chassis/exposition.py.
"""

from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterable, Mapping
from itertools import accumulate
from typing import ClassVar, Final, NamedTuple, TypeAlias

Labels: TypeAlias = tuple[str, ...]
BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
LONG_BOUNDS: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1_800.0, 7_200.0)

_declared: dict[str, "Metric"] = {}


class Metric:
    """`name` is unique in the process, `meaning` one sentence for whoever reads the figures."""

    kind: ClassVar[str]

    def __init__(self, name: str, meaning: str, labels: Labels = ()) -> None:
        if name in _declared:
            raise ValueError(f"the metric {name} is declared twice")
        _declared[name] = self
        self.name = name
        self.meaning = meaning
        self.labels = labels


class Counter(Metric):
    kind = "counter"

    def __init__(self, name: str, meaning: str, labels: Labels = ()) -> None:
        super().__init__(name, meaning, labels)
        self.values: dict[Labels, float] = {} if labels else {(): 0}

    def add(self, *labels: str, count: int = 1) -> None:
        """With a `count` of 0 it is there from the beginning, and not only when something has happened."""
        try:
            self.values[labels] += count
        except KeyError:
            self.values[labels] = count


class Gauge(Metric):
    kind = "gauge"

    def __init__(self, name: str, meaning: str, labels: Labels = ()) -> None:
        super().__init__(name, meaning, labels)
        self.values: dict[Labels, float] = {}

    def set(self, value: float, *labels: str) -> None:
        self.values[labels] = value

    def change(self, by: float, *labels: str) -> None:
        self.values[labels] = self.values.get(labels, 0) + by


class Histogram(Metric):
    """Seconds that something took, sorted by upper `bounds`."""

    kind = "histogram"

    def __init__(self, name: str, meaning: str, labels: Labels = (), bounds: tuple[float, ...] = BOUNDS) -> None:
        super().__init__(name, meaning, labels)
        self.bounds = bounds
        self.series: dict[Labels, Series] = {}

    def observe(self, seconds: float, *labels: str) -> None:
        series = self.series.get(labels)
        if series is None:
            series = self.series[labels] = Series(len(self.bounds) + 1)
        series.counts[bisect_left(self.bounds, seconds)] += 1
        series.sum += seconds


class Series:
    """What was observed under one set of labels; the last count is of what lies above all bounds."""

    __slots__ = ("counts", "sum")

    def __init__(self, counts: int) -> None:
        self.counts = [0] * counts
        self.sum = 0.0

    def cumulative(self) -> list[int]:
        return list(accumulate(self.counts))


class Sample(NamedTuple):
    """A value of `metric` that was looked up just now."""

    metric: Gauge
    labels: Labels
    value: float


Reading: TypeAlias = Callable[[], Awaitable[Iterable[Sample]]]


def declared() -> Mapping[str, Metric]:
    """All metrics of what has been imported, by name."""
    return _declared
