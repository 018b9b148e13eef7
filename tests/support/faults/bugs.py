"""Bugs that systems like this one have had, to be planted into processes: the checker must find each."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast

from aio_pika.abc import AbstractExchange
from sqlalchemy import Row, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import relay as relay_module
from chassis.broker.amqp import AmqpBroker, publishing
from chassis.broker.amqp.deliveries import Deliveries
from chassis.broker.amqp.handing import Handing, _Letter
from chassis.broker.amqp.messages import to_message
from chassis.events import Envelope
from chassis.relay import Relay
from chassis.tables import EventRow
from tests.support.faults.points import SLOW, TAKEN, arrive, die, leave

EARLY_ACKNOWLEDGEMENT: Final = "early_acknowledgement"
CURSOR_OVER_IDS: Final = "cursor_over_ids"
SKIP_LOCKED: Final = "skip_locked"
NOT_MANDATORY: Final = "not_mandatory"

# As they are before any point is put around them: the bugs have these points elsewhere.
_attempt, _publish = Handing._attempt, AmqpBroker.publish
_ARRIVES_WITHIN: Final = 0.5  # seconds, for an acknowledgement to be at the broker
_events = EventRow.__table__
_LAST = select(func.coalesce(func.max(_events.c.id), 0)).where(_events.c.published_at.is_not(None))
_AFTER_THE_LAST = select(_events).where(_events.c.id > _LAST.scalar_subquery()).order_by(_events.c.id).limit(256)
_NUMBER = text(
    """
    UPDATE event SET position = (SELECT coalesce(max(position), 0) FROM event) + place.number
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM event
          WHERE id = any(:ids) AND position IS NULL) AS place
    WHERE event.id = place.id RETURNING event.id, event.position
    """
)
_CLAIM = (
    (
        select(_events)
        .where(_events.c.published_at.is_(None), _events.c.position.is_not(None))
        .order_by(_events.c.position)
    )
    .limit(1)
    .with_for_update(skip_locked=True)
)
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(1)")
_LATER = "SELECT EXISTS (SELECT FROM event WHERE subject = :subject AND sequence > :own"
_FOLLOWED = text(f"{_LATER} AND position IS NOT NULL)")
_OVERTAKEN = text(f"{_LATER} AND published_at IS NOT NULL)")


def acknowledge_before_the_effect() -> None:
    async def until_taken(self: Handing, letters: Sequence[_Letter], deliveries: Deliveries) -> None:
        await letters[-1].message.ack(multiple=True)
        if arrive(TAKEN):
            await asyncio.sleep(_ARRIVES_WITHIN)
            die(TAKEN)
        await _attempt(self, [letter.event for letter in letters])

    Handing._until_taken = until_taken  # type: ignore[method-assign]  # the purpose


def remember_the_highest_id() -> None:
    """What commits late lies behind the cursor for ever."""

    async def publish_batch(self: Relay, connection: AsyncConnection) -> int:
        rows = (await connection.execute(_AFTER_THE_LAST)).all()
        if rows:
            given = await connection.execute(_NUMBER, {"ids": [row.id for row in rows]})
            positions = {row.id: row.position for row in given}
            await self._broker.publish([_envelope(self, row, positions.get(row.id, row.position)) for row in rows])
            await relay_module._mark(connection, rows)
        return len(rows)

    Relay.publish_batch = publish_batch  # type: ignore[method-assign]  # the purpose


def claim_what_nobody_has_locked() -> None:
    """Every process publishes; a slow one is overtaken by the others."""

    async def lead_too(connection: AsyncConnection) -> None:
        """Everybody is a leader."""

    async def publish_batch(self: Relay, connection: AsyncConnection) -> int:
        async with self._engine.begin() as alone:
            await alone.execute(_ONE_AT_A_TIME)
            await alone.execute(relay_module._ASSIGN, {"batch": relay_module.BATCH})
        async with self._engine.begin() as claiming:
            rows = (await claiming.execute(_CLAIM)).all()
            if rows:
                await _linger(connection, rows[0])
                await _publish(cast("AmqpBroker", self._broker), [_envelope(self, row, row.position) for row in rows])
                await relay_module._mark(claiming, rows)
        return len(rows)

    relay_module._become_leader = lead_too
    Relay.publish_batch = publish_batch  # type: ignore[method-assign]  # the purpose


async def _linger(others: AsyncConnection, row: Row[Any]) -> None:
    """When it shall be slow, and something follows: until somebody else has published that."""
    place = {"subject": row.subject, "own": row.sequence}
    if await others.scalar(_FOLLOWED, place) and arrive(SLOW):
        while not await others.scalar(_OVERTAKEN, place):
            await asyncio.sleep(0.02)
        leave(SLOW)


def send_to_nobody() -> None:
    """What finds no queue is confirmed all the same."""

    async def send(event: Envelope, exchange: AbstractExchange) -> None:
        await exchange.publish(to_message(event), event.routing_key, mandatory=False)

    publishing._send = send


def _envelope(relay: Relay, row: Row[Any], position: int) -> Envelope:
    return replace(relay_module._envelope(relay._source, row), position=position)


PLANT: Final[Mapping[str, Callable[[], None]]] = {
    EARLY_ACKNOWLEDGEMENT: acknowledge_before_the_effect,
    CURSOR_OVER_IDS: remember_the_highest_id,
    SKIP_LOCKED: claim_what_nobody_has_locked,
    NOT_MANDATORY: send_to_nobody,
}
