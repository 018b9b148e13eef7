"""Metrics: counted where something happens, read by Prometheus' own parser, and never a reason to fail."""

import asyncio
from collections.abc import Iterable

import pytest

from chassis import exposition as exposition_module
from chassis import metrics as metrics_module
from chassis.errors import Fault
from chassis.exposition import Readings
from chassis.management import management_application, metrics_application
from chassis.metrics import Counter, Gauge, Histogram, Reading, Sample, declared
from tests.support.figures import Figures, parsed
from tests.support.gateway_world import send


@pytest.fixture(autouse=True)
def no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is declared in a test is forgotten after it."""
    monkeypatch.setattr(metrics_module, "_declared", {})


async def read(*readings: Reading) -> Figures:
    answer = await send(metrics_application(readings), "GET", "/metrics")
    assert answer.status == 200
    return parsed(answer.body.decode())


async def test_counters_and_gauges_are_read_as_they_were_told() -> None:
    asked = Counter("asked_total", "Asked.", ("kind", "outcome"))
    waiting = Gauge("waiting", "Waiting.")
    asked.add("query", "ok")
    asked.add("query", "ok", count=2)
    asked.add("mutation", "ok", count=0)
    waiting.change(3)
    waiting.change(-1)

    figures = await read()
    assert figures["asked_total", frozenset({("kind", "query"), ("outcome", "ok")})] == 3
    assert figures["asked_total", frozenset({("kind", "mutation"), ("outcome", "ok")})] == 0
    assert figures["waiting", frozenset()] == 2


async def test_a_counter_without_labels_is_there_from_the_beginning() -> None:
    Counter("asked_total", "Asked.")
    assert (await read())["asked_total", frozenset()] == 0


async def test_a_histogram_has_what_lies_at_or_below_each_bound() -> None:
    took = Histogram("took_seconds", "Took.", ("part",), bounds=(0.1, 1.0))
    for seconds in (0.05, 0.1, 0.5, 7.0):
        took.observe(seconds, "a")

    figures = await read()
    below = {
        bound: figures["took_seconds_bucket", frozenset({("part", "a"), ("le", bound)})] for bound in ("0.1", "1.0")
    }
    assert below == {"0.1": 2, "1.0": 3}
    assert figures["took_seconds_bucket", frozenset({("part", "a"), ("le", "+Inf")})] == 4
    assert figures["took_seconds_count", frozenset({("part", "a")})] == 4
    assert figures["took_seconds_sum", frozenset({("part", "a")})] == pytest.approx(7.65)


def test_a_name_means_one_thing() -> None:
    Counter("asked_total", "Asked.")
    with pytest.raises(ValueError, match="asked_total is declared twice"):
        Gauge("asked_total", "Asked.")
    assert list(declared()) == ["asked_total"]


async def test_the_process_itself_is_told_too() -> None:
    assert (await read())["process_resident_memory_bytes", frozenset()] > 1_000_000


async def test_who_wants_open_metrics_gets_them() -> None:
    Counter("asked_total", "Asked.")
    answer = await send(metrics_application(), "GET", "/metrics", headers={"accept": "application/openmetrics-text"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.body.endswith(b"# EOF\n")


async def test_what_cannot_be_read_is_missing_and_the_rest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exposition_module, "_PATIENCE_SECONDS", 0.01)
    waiting = Gauge("waiting", "Waiting.", ("queue",))

    async def hang() -> Iterable[Sample]:
        await asyncio.Event().wait()
        return []

    async def fail() -> Iterable[Sample]:
        raise Fault("database", "is away")

    async def answer() -> Iterable[Sample]:
        return [Sample(waiting, ("mail",), 5)]

    figures = await read(hang, fail, answer)
    assert {key: value for key, value in figures.items() if key[0] == "waiting"} == {
        ("waiting", frozenset({("queue", "mail")})): 5
    }


async def test_nothing_is_read_more_often_than_every_five_seconds() -> None:
    waiting, now, times = Gauge("waiting", "Waiting."), [100.0], []

    async def count() -> Iterable[Sample]:
        times.append(now[0])
        return [Sample(waiting, (), len(times))]

    readings = Readings([count], clock=lambda: now[0])
    seen = []
    for moment in (100.0, 104.9, 105.0, 106.0):
        now[0] = moment
        seen += [sample.value for sample in await readings.samples()]
    assert (seen, times) == ([1, 1, 2, 2], [100.0, 105.0])


async def test_the_management_server_tells_health_and_metrics() -> None:
    Counter("asked_total", "Asked.")

    async def away() -> None:
        raise Fault("database", "is away")

    application = management_application("incidents work", {"database": away})
    answers = {path: await send(application, "GET", path) for path in ("/livez", "/readyz", "/metrics", "/graphql")}
    assert [answer.status for answer in answers.values()] == [200, 503, 200, 404]
    assert parsed(answers["/metrics"].body.decode())["asked_total", frozenset()] == 0
