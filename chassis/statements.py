"""A span for each SQL statement of a request or of an event; what a service does by itself has none."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.tracing import trace

_LONGEST: Final = 2_000
_SPAN: Final = "span"  # the end of it, among what the execution remembers


def trace_statements(engine: AsyncEngine) -> None:
    """The text is told, with the names of its parameters and never with their values."""
    for moment, listener in _LISTENERS.items():
        event.listen(engine.sync_engine, moment, listener)


def _begin(connection: Any, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool) -> None:
    told = {"db.system.name": "postgresql", "db.query.text": statement[:_LONGEST]}
    connection.info[_SPAN] = trace.begin(statement.split(maxsplit=1)[0].upper(), told)


def _end(connection: Any, *_: Any) -> None:
    _close(connection, None)


def _fail(context: Any) -> None:
    if context.connection is not None:
        error = context.original_exception
        _close(context.connection, type(error.__cause__ or error).__name__)  # the driver's own, within its adapter's


def _close(connection: Any, failure: str | None) -> None:
    end = connection.info.pop(_SPAN, None)
    if end is not None:
        end(failure)


_LISTENERS: Final[Mapping[str, Callable[..., None]]] = {
    "before_cursor_execute": _begin,
    "after_cursor_execute": _end,
    "handle_error": _fail,
}
