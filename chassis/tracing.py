"""Spans of a trace (W3C Trace Context). Without an address to send them to they are nothing, and cost nothing.

    with trace.served("incidents", given) as traceparent:   # what somebody asked of us, `given` being their traceparent
        with trace.asked("access", headers):                # what we ask of somebody; `headers` get ours
        with trace.step("plan"):                            # something of our own that takes time

Whoever comes with a traceparent goes on with it either way: it is handed on, stored with events, and its trace id is
in each line of the log.
"""

import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final, Protocol, TypeAlias

import structlog

End: TypeAlias = Callable[[str | None], None]  # takes the class of what went wrong, if anything did
_NOTHING: Final = nullcontext()
_TRACEPARENT: Final = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_TRACE_ID: Final = slice(3, 35)


class Tracer(Protocol):
    """Makes spans and sends them. The methods are those of `Trace`."""

    def served(self, name: str, given: str | None, *, of_event: bool) -> AbstractContextManager[str]: ...

    def asked(self, name: str, headers: MutableMapping[str, str]) -> AbstractContextManager[None]: ...

    def step(self, name: str) -> AbstractContextManager[None]: ...

    def describe(self, name: str | None, told: Mapping[str, str]) -> None: ...

    def begin(self, name: str, told: Mapping[str, str]) -> End | None: ...

    def close(self) -> None: ...


class Trace:
    """The trace that the running task is part of."""

    def __init__(self) -> None:
        self.tracer: Tracer | None = None

    def served(self, name: str, given: str | None, *, of_event: bool = False) -> AbstractContextManager[str | None]:
        """Gives the traceparent to store, or to hand on; None if there is none."""
        known = given if given is not None and is_traceparent(given) else None
        if self.tracer is not None:
            return _served(self.tracer, name, known, of_event=of_event)
        return _NOTHING if known is None else _passed_on(known)

    def asked(self, name: str, headers: MutableMapping[str, str]) -> AbstractContextManager[None]:
        return _NOTHING if self.tracer is None else self.tracer.asked(name, headers)

    def step(self, name: str) -> AbstractContextManager[None]:
        return _NOTHING if self.tracer is None else self.tracer.step(name)

    def describe(self, name: str | None, told: Mapping[str, str]) -> None:
        """Renames the innermost span, and says more of it. Nothing that a caller wrote belongs here."""
        if self.tracer is not None:
            self.tracer.describe(name, told)

    def begin(self, name: str, told: Mapping[str, str]) -> End | None:
        """A step whose end comes in another call, of what this gives; None outside of any span that is sent."""
        return None if self.tracer is None else self.tracer.begin(name, told)


trace: Final = Trace()


def is_traceparent(given: str) -> bool:
    return _TRACEPARENT.fullmatch(given) is not None


@contextmanager
def _served(tracer: Tracer, name: str, given: str | None, *, of_event: bool) -> Iterator[str]:
    with tracer.served(name, given, of_event=of_event) as traceparent, _passed_on(traceparent):
        yield traceparent


@contextmanager
def _passed_on(traceparent: str) -> Iterator[str]:
    with structlog.contextvars.bound_contextvars(trace_id=traceparent[_TRACE_ID]):
        yield traceparent
