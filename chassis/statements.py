"""A span for each SQL statement of a request or of an event; what a service does by itself has none."""

from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.tracing import trace

_LONGEST: Final = 2_000
_SPAN: Final = "span"  # the end of it, among what the execution remembers


def trace_statements(engine: AsyncEngine) -> None:
    """The text is told, with the names of its parameters and never with their values."""
    event.listen(engine.sync_engine, "before_cursor_execute", _begin)
    event.listen(engine.sync_engine, "after_cursor_execute", _end)
    event.listen(engine.sync_engine, "handle_error", _fail)


def _begin(connection: Any, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool) -> None:
    told = {"db.system.name": "postgresql", "db.query.text": statement[:_LONGEST]}
    connection.info[_SPAN] = trace.begin(statement.split(maxsplit=1)[0].upper(), told)


def _end(connection: Any, *_: Any) -> None:
    _close(connection, None)


def _fail(context: Any) -> None:
    if context.connection is not None:
        _close(context.connection, type(context.original_exception).__name__)


def _close(connection: Any, failure: str | None) -> None:
    end = connection.info.pop(_SPAN, None)
    if end is not None:
        end(failure)
