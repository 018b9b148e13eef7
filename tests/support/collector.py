"""A receiver of traces on the loopback interface: keeps the spans that are sent to it, OTLP over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Span:
    """One span, with ids in hex as they are written in a traceparent."""

    def __init__(self, service: str, told: Any) -> None:
        self.service = service
        self.name: str = told.name
        self.kind: int = told.kind
        self.trace: str = told.trace_id.hex()
        self.id: str = told.span_id.hex()
        self.parent: str = told.parent_span_id.hex()
        self.failure: str = told.status.message
        self.attributes = {each.key: each.value.string_value for each in told.attributes}
        self.text = str(told)

    def __repr__(self) -> str:
        return f"{self.service}: {self.name}"


class Collector:
    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/v1/traces"
        self.spans: list[Span] = []

    def take(self, body: bytes) -> None:
        for sent in ExportTraceServiceRequest.FromString(body).resource_spans:
            resource = {each.key: each.value.string_value for each in sent.resource.attributes}
            for scope in sent.scope_spans:
                self.spans += [Span(resource["service.name"], told) for told in scope.spans]

    def of(self, trace: str) -> list[Span]:
        return [span for span in self.spans if span.trace == trace]

    def one(self, name: str) -> Span:
        (found,) = [span for span in self.spans if span.name == name]
        return found


@contextmanager
def collecting() -> Iterator[Collector]:
    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collector.take(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        collector = Collector(server.server_address[1])
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()
