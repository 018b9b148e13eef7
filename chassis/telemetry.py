"""Structured logs: one line an event, as JSON or for people, with the request id that travels through all services."""

import logging
import sys
from contextlib import AbstractContextManager
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
    logging.getLogger("uvicorn.access").setLevel(logging.ERROR)
    for noisy in ("aiormq", "aio_pika"):  # the adapter tells the same of its connections, in one line each
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # it tells of every WebSocket, and we of the start


def request(request_id: str) -> AbstractContextManager[None]:
    """Every log line inside carries the request id."""
    return _Request(request_id)


class _Request(AbstractContextManager[None]):
    """By hand, because a generator would cost every request three times as much."""

    __slots__ = ("_bound", "_request_id")

    def __init__(self, request_id: str) -> None:
        self._request_id = request_id

    def __enter__(self) -> None:
        self._bound = structlog.contextvars.bind_contextvars(request_id=self._request_id)

    def __exit__(self, *_: object) -> None:
        structlog.contextvars.reset_contextvars(**self._bound)
