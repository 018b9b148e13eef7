"""Taking events in: each effect once, the events of one subject in order, a poisonous one set aside.

The id of a handled event is stored in the transaction of its effect, so a repeated delivery does nothing. Events are
handled as the system, limited to their company. What fails is tried again a few times and then parked, and with it
whatever comes later for the same subject; the parked are tried again with growing pauses until they succeed.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, Generic, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import text

from chassis.access import EVERY_COMPANY, Actor
from chassis.broker import Broker, Subscription
from chassis.database import Cause, Database, UnitOfWork
from chassis.events import Envelope
from chassis.metrics import LONG_BOUNDS, Counter, Histogram
from chassis.parking import Parking
from chassis.subscriptions import Subscriptions
from chassis.tracing import trace

T = TypeVar("T")
_PAUSES = (0.05, 0.5)  # seconds before the second and the third attempt; then the event is parked
_PARKED_CHECK_SECONDS = 1.0

# One text however many events there are, so that neither we nor PostgreSQL prepare it anew each time.
_REMEMBER = text(
    """
    INSERT INTO handled_event (event_id, source, position)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:sources AS text[]), CAST(:positions AS bigint[]))
    ON CONFLICT DO NOTHING RETURNING event_id
    """
)

_BY_GROUP: Final = ("group", "source")
_DELAYS = Histogram(
    "event_delay_seconds", "Events handled, each by its age at that time.", _BY_GROUP, bounds=LONG_BOUNDS
)
_REPEATED = Counter("events_duplicate_total", "Deliveries of events that had been handled before.", _BY_GROUP)
_FAILED = Counter("events_failed_total", "Attempts to handle an event that failed.", _BY_GROUP)
_PARKED = Counter("dead_letters_total", "Events that were parked.", ("group",))

_log = structlog.get_logger(__name__)


class Consumer(Generic[T]):
    """Handles a service's events: `name` is its group and the name it acts under.

    With `across_companies` events of several companies share a transaction, which then reaches the rows of these
    companies and of no others: for handlers that write rows of their event's own subject and lock nothing else.
    """

    def __init__(
        self,
        name: str,
        database: Database,
        subscriptions: Subscriptions[T],
        tools: T,
        *,
        across_companies: bool = False,
    ) -> None:
        self._name = name
        self._database = database
        self._subscriptions = subscriptions
        self._tools = tools
        self._across_companies = across_companies
        self._parking = Parking(database.engine)
        _PARKED.add(name, count=0)

    @property
    def subscriptions(self) -> list[Subscription]:
        return self._subscriptions.for_group(self._name)

    async def listen(self, broker: Broker) -> None:
        for subscription in self.subscriptions:
            await broker.subscribe(subscription, self.handle)

    async def handle(self, events: Sequence[Envelope]) -> None:
        """Returns when each event's effect is committed or the event is parked; raises when neither is certain.

        The events of one company share a transaction. That moves none past another of its own subject, because a
        subject never changes its company.
        """
        together: dict[UUID | bool | None, list[Envelope]] = {}
        for event in events:
            shared = event.company_id is not None if self._across_companies else event.company_id
            together.setdefault(shared, []).append(event)
        blocked = await self._parking.blocked({event.subject for event in events})
        for those in together.values():
            await self._handle_together(those, blocked)

    async def retry_parked(self) -> None:
        """Runs until cancelled. Raises what a database that is away raises: whoever runs it calls again."""
        while True:
            if await self.retry_due() == 0:
                await asyncio.sleep(_PARKED_CHECK_SECONDS)

    async def retry_due(self) -> int:
        """Tries the oldest parked event of each subject whose pause is over; the number of those that succeeded."""
        return sum([await self._retry(event) for event in await self._parking.due()])

    async def _handle_together(self, events: list[Envelope], blocked: set[UUID]) -> None:
        if not any(event.subject in blocked for event in events):
            with suppress(Exception):  # the reason shows, and counts, when they are handled one by one
                await self._apply(events)
                return
        for event in events:
            await self._handle_alone(event, blocked)

    async def _handle_alone(self, event: Envelope, blocked: set[UUID]) -> None:
        if event.subject in blocked:
            await self._park(event, "waits behind an earlier event of its subject")
            return
        failure = await self._attempt(event)
        if failure is not None:
            await self._park(event, failure)
            blocked.add(event.subject)

    async def _park(self, event: Envelope, reason: str) -> None:
        await self._parking.park(event, reason)
        _PARKED.add(self._name)

    async def _attempt(self, event: Envelope) -> str | None:
        """None when it is done, else why the last attempt failed."""
        for pause in (*_PAUSES, None):
            try:
                await self._apply([event])
            except Exception as error:  # noqa: BLE001  # whatever it is, the event must not be lost
                reason = f"{type(error).__name__}: {error}"
                _FAILED.add(self._name, event.source)
                _log.warning(
                    "event.failed", consumer=self._name, type=event.type, subject=str(event.subject), reason=reason
                )
            else:
                return None
            if pause is not None:
                await asyncio.sleep(pause)
        return reason

    async def _retry(self, event: Envelope) -> bool:
        try:
            await self._apply([event], parked=True)
        except Exception as error:  # noqa: BLE001  # it stays parked, with its reason
            _FAILED.add(self._name, event.source)
            await self._parking.postpone(event, f"{type(error).__name__}: {error}")
            return False
        return True

    async def _apply(self, events: Sequence[Envelope], *, parked: bool = False) -> None:
        companies = {event.company_id for event in events}
        limits = EVERY_COMPANY if None in companies else [each for each in companies if each is not None]
        actor = Actor.system(self._name, limits)
        async with self._database.work(actor) as work:
            fresh = await _remember(events, work)
            for event in _once(events):
                if event.id in fresh:
                    await self._dispatch(event, work)
            if parked:
                await self._parking.forget(events[0], work.session)
        self._count(events, fresh)

    def _count(self, events: Sequence[Envelope], fresh: set[UUID]) -> None:
        now = datetime.now(UTC)
        for event in events:
            if event.id in fresh:
                age = (now - event.time).total_seconds()
                _DELAYS.observe(max(0.0, age), self._name, event.source)  # clocks of two machines differ
            else:
                _REPEATED.add(self._name, event.source)

    async def _dispatch(self, event: Envelope, work: UnitOfWork) -> None:
        """What the handler logs and emits is found by the request that began it all."""
        known = structlog.contextvars.bound_contextvars(request_id=event.request_id, event_id=str(event.id))
        with known, trace.served(f"{self._name} {event.type}", event.traceparent, of_event=True) as traceparent:
            work.cause = Cause(request_id=event.request_id, traceparent=traceparent, causation_id=event.id)
            await self._subscriptions.dispatch(event, work, self._tools)


def _once(events: Sequence[Envelope]) -> list[Envelope]:
    """Without those that came again in the same batch, as after a relay that died between sending and marking."""
    first: dict[UUID, Envelope] = {}
    for event in events:
        first.setdefault(event.id, event)
    return list(first.values())


async def _remember(events: Sequence[Envelope], work: UnitOfWork) -> set[UUID]:
    """Stores the ids; those that were not there before."""
    columns = {
        "ids": [event.id for event in events],
        "sources": [event.source for event in events],
        "positions": [event.position for event in events],
    }
    return set(await work.session.scalars(_REMEMBER, columns))
