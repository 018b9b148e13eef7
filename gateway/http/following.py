"""The answers to an operation: one to a query or a mutation, one after another to a subscription.

The caller's rights are looked at before each event is told, and every other second while nothing is told. With
`REMEMBERED_SECONDS` of identity/grants.py this is five seconds at most from a change to its effect; where the change is
heard of by event, two.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Final, Protocol, TypeVar

from chassis.errors import Fault
from chassis.tracing import trace
from gateway.executor import Answer, EndCode, Ended, Engine, Event, Inbox, Terms
from gateway.http.listeners import Listeners
from gateway.http.metrics import observe
from gateway.operation import Prepared
from gateway.planner import PlanningError

_T = TypeVar("_T")
LOOK_SECONDS: Final = 2.0
_HOLD_SECONDS: Final = 30.0
_AGAIN_SECONDS: Final = 0.5
_UNKNOWN: Final = "Nobody could say for too long what you may see, so this subscription has ended: subscribe again."


class Rights(Protocol):
    """What a caller may have of an operation, from moment to moment.

    `terms` and `check` raise Ended, and Fault when nobody knows.
    """

    @property
    def caller(self) -> str: ...

    @property
    def begun(self) -> Terms:
        """At the beginning."""
        ...

    async def terms(self) -> Terms: ...

    async def check(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Unrestricted:
    """The same at all times."""

    begun: Terms
    caller: str = ""

    async def terms(self) -> Terms:
        return self.begun

    async def check(self) -> None:
        """Nothing can end them."""


@dataclass(frozen=True, slots=True)
class Following:
    """Iterate over `answers` and close them; they raise Ended when they end otherwise than by themselves."""

    kind: str
    answers: AsyncGenerator[Answer, None]


def follow(engine: Engine, prepared: Prepared, rights: Rights, listeners: Listeners) -> Following:
    return Following(prepared.operation.kind, _answers(engine, prepared, rights, listeners))


def single(kind: str, answer: Answer) -> Following:
    """An answer that is known already."""

    async def answers() -> AsyncGenerator[Answer, None]:
        yield answer

    return Following(kind, answers())


async def execute(engine: Engine, prepared: Prepared, terms: Terms) -> Answer:
    return await engine.execute(
        prepared,
        headers=terms.headers,
        headers_for=terms.headers_for,
        scope_key=terms.scope_key,
        removed=terms.removed,
        errors=terms.errors,
    )


async def _answers(
    engine: Engine, prepared: Prepared, rights: Rights, listeners: Listeners
) -> AsyncGenerator[Answer, None]:
    terms = rights.begun
    if not await _is_told(engine, prepared, terms):
        yield await execute(engine, prepared, terms)
        return
    async with engine.subscriptions.open(prepared, terms) as inbox:
        with listeners.entered(rights.caller, inbox.end):
            while True:
                event = await inbox.next(LOOK_SECONDS)
                if event is None:
                    await _known(rights.check, inbox)
                else:
                    yield await _completed(engine, prepared, event, await _known(rights.terms, inbox))


async def _completed(engine: Engine, prepared: Prepared, event: Event, terms: Terms) -> Answer:
    """Each event is a trace of its own: a subscription may go on for days."""
    began = perf_counter()
    with trace.step("event"):
        answer = await engine.subscriptions.answer(prepared, event, terms)
        observe(prepared.operation.kind, began, answer)
    return answer


async def _is_told(engine: Engine, prepared: Prepared, terms: Terms) -> bool:
    """Whether events of a subgraph are to be waited for. What cannot be planned is not: executing tells why."""
    if prepared.operation.kind != "subscription":
        return False
    try:
        return (await engine.plan(prepared, terms.removed)).source is not None
    except PlanningError:
        return False


async def _known(ask: Callable[[], Awaitable[_T]], inbox: Inbox) -> _T:
    """While nobody knows the rights nothing is told; nothing is lost either, as long as the inbox has room."""
    clock = asyncio.get_running_loop().time
    until = clock() + _HOLD_SECONDS
    while True:
        try:
            return await ask()
        except Fault:
            if clock() >= until:
                raise Ended.because(EndCode.SERVICE_UNAVAILABLE, _UNKNOWN) from None
            await inbox.wait_for_end(_AGAIN_SECONDS)
