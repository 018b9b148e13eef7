"""Publishing the event log in order: one leader per service gives positions without gaps and hands events on.

The leader is whoever holds the database's advisory lock. All its work runs on the connection that holds the lock, so
a leader that lost its connection can do nothing more; each statement is a transaction of its own. Positions are given
after the commit, in the order of the log's ids: the ids of one subject rise with its versions, because they are drawn
while its row is locked. A cursor over ids would skip a transaction that commits late; several claimers would reorder.
"""

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy import Row, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.broker import Broker
from chassis.errors import Fault
from chassis.events import Envelope
from chassis.metrics import Counter, Gauge
from chassis.tables import EventRow

LEADER_LOCK = 7_246_001
BATCH = 256
IDLE_SECONDS = 0.05
_STANDBY_SECONDS = 1.0
_RETRY_SECONDS = 1.0

_LEADS = Gauge("relay_is_leader", "Whether this process publishes the service's events.", ("service",))
_PUBLISHED = Counter("events_published_total", "Events that the broker has taken.", ("service",))

_log = structlog.get_logger(__name__)
_events = EventRow.__table__

_ANYTHING = text("SELECT EXISTS (SELECT FROM event WHERE published_at IS NULL)")
_ASSIGN = text(
    """
    WITH fresh AS (SELECT id FROM event WHERE position IS NULL ORDER BY id LIMIT :batch),
         numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS number FROM fresh),
         last AS (SELECT coalesce(max(position), 0) AS position FROM event)
    UPDATE event SET position = last.position + numbered.number
    FROM numbered, last WHERE event.id = numbered.id
    """
)
_PENDING = (
    select(_events)
    .where(_events.c.published_at.is_(None), _events.c.position.is_not(None))
    .order_by(_events.c.position)
).limit(BATCH)
_MARK = text("UPDATE event SET published_at = now() WHERE id = any(:ids)")


class Relay:
    """Runs until cancelled, looking for new events every `idle_seconds`; `wake` tells it of those of this process."""

    def __init__(self, source: str, engine: AsyncEngine, broker: Broker, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._source = source
        self._engine = engine
        self._broker = broker
        self._idle_seconds = idle_seconds
        self._awake = asyncio.Event()

    def wake(self) -> None:
        self._awake.set()

    async def run(self) -> None:
        _LEADS.set(0, self._source)
        _PUBLISHED.add(self._source, count=0)
        while True:
            try:
                await self._lead()
            except (Fault, SQLAlchemyError, OSError) as error:
                _log.warning("relay.interrupted", source=self._source, reason=str(error))
                await asyncio.sleep(_RETRY_SECONDS)

    async def _lead(self) -> None:
        async with self._engine.connect() as plain:
            connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
            try:
                await _become_leader(connection)
                _LEADS.set(1, self._source)
                await self._publish_for_ever(connection)
            finally:
                _LEADS.set(0, self._source)
                await _let_go(connection)

    async def _publish_for_ever(self, connection: AsyncConnection) -> None:
        while True:
            self._awake.clear()
            if await self.publish_batch(connection) == 0:
                await self._sleep()

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(self._idle_seconds):
                await self._awake.wait()
        except TimeoutError:
            return

    async def publish_batch(self, connection: AsyncConnection) -> int:
        """Positions, publishes and marks up to BATCH events; the number of those marked. Raises Fault."""
        if not await connection.scalar(_ANYTHING):  # one look at an empty index, many times a second
            return 0
        await connection.execute(_ASSIGN, {"batch": BATCH})
        pending = (await connection.execute(_PENDING)).all()
        if pending:
            await self._broker.publish([_envelope(self._source, row) for row in pending])
            await _mark(connection, pending)
            _PUBLISHED.add(self._source, count=len(pending))
        return len(pending)


async def _become_leader(connection: AsyncConnection) -> None:
    attempt = select(func.pg_try_advisory_lock(LEADER_LOCK))
    while not await connection.scalar(attempt):  # noqa: ASYNC110  # another process holds it; nothing in ours tells
        await asyncio.sleep(_STANDBY_SECONDS)


async def _mark(connection: AsyncConnection, published: Sequence[Row[tuple[EventRow]]]) -> None:
    await connection.execute(_MARK, {"ids": [row.id for row in published]})


async def _let_go(connection: AsyncConnection) -> None:
    """Closes the connection for good: a pooled one would keep the lock."""
    await connection.invalidate()


def _envelope(source: str, row: Row[tuple[EventRow]]) -> Envelope:
    return Envelope(
        id=row.event_id,
        source=source,
        type=row.type,
        subject=row.subject,
        company_id=row.company_id,
        sequence=row.sequence,
        position=row.position,
        time=row.time,
        data=row.data,
        restricted=row.restricted,
        request_id=row.request_id,
        traceparent=row.traceparent,
        causation_id=row.causation_id,
    )
