"""Sending spans by OpenTelemetry, OTLP over HTTP. Loaded only where an address to send them to is given.

The provider is not made the global one: libraries that look for one would add spans of their own, with what callers
wrote in them.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import (
    Span,
    SpanKind,
    Status,
    StatusCode,
    format_span_id,
    format_trace_id,
    get_current_span,
    use_span,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from chassis.telemetry import TRACE_HEADER
from chassis.tracing import End

_NAMESPACE: Final = "incident-registry"
_SEND_SECONDS: Final = 5.0
_propagator: Final = TraceContextTextMapPropagator()


class OtlpTracer:
    """`ratio` of the traces that begin here are sent; who comes with a trace has decided that before."""

    def __init__(self, name: str, endpoint: str, ratio: float) -> None:
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(ratio)),
            resource=Resource.create({"service.namespace": _NAMESPACE, "service.name": name}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint, timeout=_SEND_SECONDS)))
        self._tracer = self._provider.get_tracer(_NAMESPACE)

    @contextmanager
    def served(self, name: str, given: str | None, *, of_event: bool) -> Iterator[str]:
        parent = None if given is None else _propagator.extract({TRACE_HEADER: given}, Context())
        kind = SpanKind.CONSUMER if of_event else SpanKind.SERVER
        with _running(self._tracer.start_span(name, parent, kind)) as span:
            yield _traceparent(span)

    @contextmanager
    def asked(self, name: str, headers: MutableMapping[str, str]) -> Iterator[None]:
        with _running(self._tracer.start_span(name, kind=SpanKind.CLIENT)) as span:
            headers[TRACE_HEADER] = _traceparent(span)
            yield

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        with _running(self._tracer.start_span(name)):
            yield

    def describe(self, name: str | None, told: Mapping[str, str]) -> None:
        span = get_current_span()
        if name is not None:
            span.update_name(name)
        span.set_attributes(told)

    def begin(self, name: str, told: Mapping[str, str]) -> End | None:
        if not get_current_span().is_recording():
            return None
        span = self._tracer.start_span(name, kind=SpanKind.CLIENT, attributes=told)

        def end(failure: str | None) -> None:
            if failure is not None:
                span.set_status(Status(StatusCode.ERROR, failure))
            span.end()

        return end

    def close(self) -> None:
        """Sends what waits."""
        self._provider.shutdown()


@contextmanager
def _running(span: Span) -> Iterator[Span]:
    """Of an exception only its class is told: its words could hold what a caller wrote."""
    with use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        try:
            yield span
        except Exception as error:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def _traceparent(span: Span) -> str:
    told = span.get_span_context()
    return f"00-{format_trace_id(told.trace_id)}-{format_span_id(told.span_id)}-{told.trace_flags:02x}"
