"""The SQL that one request sets off in the whole registry, apart from what goes on beside it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from sqlalchemy import event

from chassis.runtime import Runtime

_NOTED: Final[ContextVar[Counter[str] | None]] = ContextVar("noted", default=None)

_SETTINGS: Final = "select set_config("  # of a transaction, which is shared by those who happen to read at once
_BY_THE_CLOCK: Final = "FROM revision"  # whether the directories have changed is asked every now and then


@contextmanager
def noting(runtimes: Mapping[str, Runtime]) -> Iterator[None]:
    """Meanwhile `statements` counts."""

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        noted = _NOTED.get()
        if noted is not None and _BY_THE_CLOCK not in statement and not statement.startswith(_SETTINGS):
            noted[statement] += 1

    engines = [runtime.database.engine.sync_engine for runtime in runtimes.values()]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


@contextmanager
def statements() -> Iterator[Counter[str]]:
    """How often each statement is executed inside, by whatever is begun there."""
    found: Counter[str] = Counter()
    token = _NOTED.set(found)
    try:
        yield found
    finally:
        _NOTED.reset(token)
