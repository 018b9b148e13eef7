"""Reading metrics in tests: they belong to the process, so what counts is by how much they have moved."""

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from chassis.metrics import Counter, Gauge, Histogram, declared

Figures = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


def figure(name: str, *labels: str) -> float:
    """Of a counter or a gauge its value, of a histogram how much was observed; 0 where there is nothing yet."""
    metric = declared()[name]
    if isinstance(metric, Histogram):
        return sum(metric.series[labels].counts) if labels in metric.series else 0
    assert isinstance(metric, Counter | Gauge)
    return metric.values.get(labels, 0)


@dataclass
class Moved:
    """By how much a figure has moved since this was made."""

    name: str
    labels: tuple[str, ...]
    before: float

    @property
    def by(self) -> float:
        return figure(self.name, *self.labels) - self.before


def moved(name: str, *labels: str) -> Moved:
    return Moved(name, labels, figure(name, *labels))


def parsed(text: str) -> Figures:
    """What Prometheus would read: values by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
