"""Structured logs: one line an event, as JSON or for people, with the request id that travels through all services."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import structlog

REQUEST_ID_HEADER = "x-request-id"
TRACE_HEADER = "traceparent"  # W3C Trace Context


def configure_logs(style: str = "json", level: str = "info", output: TextIO | None = None) -> None:
    """`style` is `json` or `console`. Lines of libraries come out in the same form."""
    last: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        if style == "console"
        else structlog.processors.JSONRenderer()
    )
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(output or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for noisy in ("uvicorn.access", "aiormq", "aio_pika"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # it tells of every WebSocket, and we of the start


@contextmanager
def request(request_id: str) -> Iterator[None]:
    """Every log line inside carries the request id."""
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        yield
