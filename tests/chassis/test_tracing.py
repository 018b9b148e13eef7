"""Spans: one trace through all that is done for a request, nothing of it without an address, nothing people wrote."""

import io
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import structlog

from chassis.settings import SettingsError, load
from chassis.telemetry import configure_logs, request
from chassis.trace_export import TracingSettings, exported
from chassis.tracing import trace
from tests.support.collector import Collector, collecting

SERVER, CLIENT, CONSUMER = 2, 3, 5
TRACE, PARENT = "a" * 32, "b" * 16
GIVEN = f"00-{TRACE}-{PARENT}-01"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as made:
        yield made


def sent_to(collector: Collector, **more: Any) -> TracingSettings:
    return TracingSettings(traces_endpoint=collector.url, **more)


def is_sampled(traceparent: str | None) -> bool:
    assert traceparent is not None
    return bool(int(traceparent[-2:], 16) & 1)


async def test_what_is_done_for_a_request_is_one_trace(collector: Collector) -> None:
    headers: dict[str, str] = {}
    async with exported("incidents", sent_to(collector)):
        with trace.served("graph", GIVEN) as traceparent, trace.step("plan"), trace.asked("files", headers):
            trace.describe("ask", {"outcome": "ok"})

    served, step, asked = (collector.one(name) for name in ("graph", "plan", "ask"))
    assert {span.trace for span in collector.spans} == {TRACE}
    assert [served.parent, step.parent, asked.parent] == [PARENT, served.id, step.id]
    assert [served.kind, asked.kind] == [SERVER, CLIENT]
    assert traceparent == f"00-{TRACE}-{served.id}-01"
    assert headers == {"traceparent": f"00-{TRACE}-{asked.id}-01"}
    assert asked.attributes == {"outcome": "ok"}
    assert {span.service for span in collector.spans} == {"incidents"}


@pytest.mark.parametrize("given", [None, "", "nonsense", f"00-{'0' * 32}-{PARENT}-01", f"00-{TRACE}-{'0' * 16}-01"])
async def test_who_comes_without_a_trace_gets_a_new_one(collector: Collector, given: str | None) -> None:
    async with exported("incidents", sent_to(collector)):
        with trace.served("graph", given):
            pass
    span = collector.one("graph")
    assert span.parent == ""
    assert span.trace not in {TRACE, "0" * 32}


async def test_an_event_goes_on_with_the_trace_it_was_stored_with(collector: Collector) -> None:
    async with exported("files", sent_to(collector)):
        with trace.served("files thing.changed.v1", GIVEN, of_event=True):
            pass
    span = collector.one("files thing.changed.v1")
    assert (span.trace, span.parent, span.kind) == (TRACE, PARENT, CONSUMER)


async def test_the_ratio_is_of_the_traces_that_begin_here(collector: Collector) -> None:
    async with exported("incidents", sent_to(collector, traces_ratio=0.0)):
        with trace.served("new", None) as unsent:
            pass
        with trace.served("continued", GIVEN):
            pass
        with trace.served("left out by the caller", GIVEN[:-1] + "0") as left_out:
            pass
    assert [span.name for span in collector.spans] == ["continued"]
    assert not any(map(is_sampled, (unsent, left_out)))


async def test_of_an_exception_only_its_class_is_told(collector: Collector) -> None:
    async with exported("incidents", sent_to(collector)):
        with pytest.raises(ValueError, match="canary"), trace.served("graph", None):
            raise ValueError("canary")
    span = collector.one("graph")
    assert span.failure == "ValueError"
    assert "canary" not in span.text


@pytest.mark.parametrize("traced", [True, False])
async def test_lines_within_a_trace_carry_its_id(collector: Collector, traced: bool) -> None:
    output = io.StringIO()
    configure_logs(output=output)
    async with exported("incidents", sent_to(collector) if traced else TracingSettings()):
        with request("r-1"):
            with trace.served("graph", GIVEN):
                structlog.get_logger().info("inside")
            with trace.served("graph", None):
                structlog.get_logger().info("of its own")
            structlog.get_logger().info("outside")
    inside, own, outside = (orjson.loads(line) for line in output.getvalue().splitlines())
    assert (inside["trace_id"], inside["request_id"]) == (TRACE, "r-1")
    assert ("trace_id" in own) is traced
    assert "trace_id" not in outside


def test_without_an_address_a_trace_is_handed_on_and_nothing_else() -> None:
    headers: dict[str, str] = {}
    with trace.served("graph", GIVEN) as traceparent, trace.step("plan"), trace.asked("files", headers):
        trace.describe("query", {})
    with trace.served("graph", None) as none, trace.served("graph", "nonsense") as neither:
        pass
    assert (traceparent, none, neither, headers) == (GIVEN, None, None, {})
    assert trace.begin("SELECT", {}) is None


@pytest.mark.parametrize(
    ("module", "unneeded"),
    [("services.incidents.__main__", {"opentelemetry.sdk"}),
     ("gateway.__main__", {"opentelemetry.sdk", "prometheus_client", "sqlalchemy"})],
)  # fmt: skip
def test_what_is_not_switched_on_loads_no_library(module: str, unneeded: set[str]) -> None:
    code = f"import sys, {module}; print(sorted({unneeded} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


@pytest.mark.parametrize(
    ("setting", "text"),
    [("ENDPOINT", "127.0.0.1:4318"), ("ENDPOINT", ""), ("ENDPOINT", "grpc://collector:4317"), ("RATIO", "1.1"),
     ("RATIO", "nan")],
)  # fmt: skip
def test_settings_that_cannot_be_meant_are_refused(setting: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"^FILES_TRACES_{setting}: "):
        load(TracingSettings, "FILES", {f"FILES_TRACES_{setting}": text})


async def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "chassis.otlp", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(
        SettingsError, match=r"opentelemetry.sdk.trace is missing: install incident-registry\[tracing\]"
    ):
        async with exported("files", TracingSettings(traces_endpoint="http://127.0.0.1:9/v1/traces")):
            pass
    assert trace.tracer is None
