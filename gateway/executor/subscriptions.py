"""Subscriptions: one subgraph tells that something happened, and the plan makes each event whole.

    async with subscriptions.open(prepared, terms) as inbox:
        event = await inbox.next(seconds)
        answer = await subscriptions.answer(prepared, event, terms)

The terms may differ from event to event, so that what is fetched for one is fetched with the rights of that moment.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from chassis.transport import Transport
from gateway.executor.answer import Answer
from gateway.executor.fetches import Run
from gateway.executor.inbox import Inbox
from gateway.executor.plans import Plans, ReadyPlan
from gateway.executor.problems import Problems
from gateway.executor.refusals import located
from gateway.executor.streams import Event, Source, events
from gateway.executor.subgraphs import Asking, HeadersFor, Subgraphs, no_headers
from gateway.operation import Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On whose behalf something is executed, and what of it; as the arguments of `Engine.execute`."""

    headers: Mapping[str, str] = field(default_factory=dict)
    headers_for: HeadersFor = no_headers
    scope_key: str | None = None
    removed: frozenset[int] = frozenset()
    errors: Sequence[Mapping[str, Any]] = ()


class Subscriptions:
    """`fetch_seconds` bounds how long a subgraph may take to accept, `event_seconds` the work on one event."""

    def __init__(
        self,
        plans: Plans,
        subgraphs: Subgraphs,
        transport: Transport,
        *,
        fetch_seconds: float,
        event_seconds: float,
        share_fetches: bool,
    ) -> None:
        self._plans = plans
        self._subgraphs = subgraphs
        self._transport = transport
        self._fetch_seconds = fetch_seconds
        self._event_seconds = event_seconds
        self._share_fetches = share_fetches

    @asynccontextmanager
    async def open(self, prepared: Prepared, terms: Terms) -> AsyncIterator[Inbox]:
        """What the subgraph tells from now on, which faults of the subgraph end. Raises PlanningError."""
        ready = await self._plans.get(prepared, terms.removed)
        inbox = Inbox()
        stream = events(self._transport, _source(ready, prepared, terms), self._fetch_seconds)
        filling = asyncio.create_task(inbox.fill(stream))
        try:
            yield inbox
        finally:
            filling.cancel()
            await asyncio.wait([filling])

    async def answer(self, prepared: Prepared, event: Event, terms: Terms) -> Answer:
        """The event as the listener asked for it. Raises PlanningError."""
        ready = await self._plans.get(prepared, terms.removed)
        until = asyncio.get_running_loop().time() + self._event_seconds
        sharing = terms.scope_key if self._share_fetches else None
        asking = Asking(terms.headers, until, sharing, terms.headers_for)
        run = Run(Problems(ready.projection.client_paths), asking, prepared.variables)
        if ready.source is not None:
            ready.source.take(event.answer, run)
        await ready.schedule.run(self._subgraphs, run)
        data = ready.projection.project(run.data, run.problems)
        return Answer(data, (*located(terms.errors, data), *run.problems.told_in(data)))


def _source(ready: ReadyPlan, prepared: Prepared, terms: Terms) -> Source:
    fetch = ready.source
    if fetch is None:
        raise ValueError("nothing of this operation is told by a subgraph")
    service = fetch.request.service
    headers = {**terms.headers, **terms.headers_for(service)}
    return Source(service, fetch.url, headers, fetch.question(prepared.variables))
