"""All metrics of a process as Prometheus reads them, with those that are looked up at that moment."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Final

import structlog
from prometheus_client import ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chassis.metrics import Counter, Gauge, Histogram, Metric, Reading, Sample, declared

PATH: Final = "/metrics"
_KEPT_SECONDS: Final = 5.0
_PATIENCE_SECONDS: Final = 2.0
_process: Final = ProcessCollector(registry=None)
_log = structlog.get_logger(__name__)


def metrics_route(readings: Sequence[Reading] = ()) -> Route:
    """`/metrics` of this process. It tells numbers only, but how busy a registry is may concern nobody outside."""
    taken = Readings(readings)

    async def metrics(request: Request) -> Response:
        encode, kind = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(_Snapshot(await taken.samples())), headers={"content-type": kind})

    return Route(PATH, metrics)


class Readings:
    """Taken side by side and no more often than every five seconds, however many look.

    What does not answer within two seconds is left out, so that a database which is away hides nothing else.
    """

    def __init__(self, readings: Sequence[Reading], clock: Callable[[], float] = time.monotonic) -> None:
        self._readings = readings
        self._clock = clock
        self._turn = asyncio.Lock()
        self._samples: list[Sample] = []
        self._until = 0.0

    async def samples(self) -> list[Sample]:
        async with self._turn:
            if self._clock() >= self._until:
                taken = await asyncio.gather(*map(_take, self._readings))
                self._samples = [sample for samples in taken for sample in samples]
                self._until = self._clock() + _KEPT_SECONDS
            return self._samples


async def _take(reading: Reading) -> Iterable[Sample]:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return list(await reading())
    except Exception as error:  # noqa: BLE001  # whatever it is, the other figures are told
        _log.warning("metrics.unread", reason=f"{type(error).__name__}: {error}")
        return ()


@dataclass(frozen=True, slots=True)
class _Snapshot(Collector):
    """As the library wants it."""

    samples: list[Sample]

    def collect(self) -> Iterator[Family]:
        for metric in declared().values():
            yield _family(metric, [sample for sample in self.samples if sample.metric is metric])
        yield from _process.collect()


@singledispatch
def _family(metric: Metric, _: list[Sample]) -> Family:
    raise TypeError(f"{metric.name} is of no known kind")


@_family.register
def _(metric: Counter, _: list[Sample]) -> Family:
    family = CounterMetricFamily(metric.name, metric.meaning, labels=metric.labels)
    for labels, value in metric.values.items():
        family.add_metric(labels, value)
    return family


@_family.register
def _(metric: Gauge, samples: list[Sample]) -> Family:
    family = GaugeMetricFamily(metric.name, metric.meaning, labels=metric.labels)
    for labels, value in [*metric.values.items(), *((sample.labels, sample.value) for sample in samples)]:
        family.add_metric(labels, value)
    return family


@_family.register
def _(metric: Histogram, _: list[Sample]) -> Family:
    family = HistogramMetricFamily(metric.name, metric.meaning, labels=metric.labels)
    bounds = [*map(str, metric.bounds), "+Inf"]
    for labels, series in metric.series.items():
        family.add_metric(labels, list(zip(bounds, series.cumulative(), strict=True)), series.sum)
    return family
