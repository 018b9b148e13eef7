"""The parking place of events that could not be handled, in the consumer's own database."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson
import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from chassis.engine import connected
from chassis.events import Envelope
from chassis.tables import ParkedRow

_LONGEST_PAUSE = timedelta(minutes=10)
_DOUBLINGS = 10  # 2 to the 10th seconds is beyond the longest pause; more would leave the range of an interval
_AT_ONCE = 100
_REASON_LENGTH = 2000

_log = structlog.get_logger(__name__)


class Parking:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def blocked(self, subjects: Collection[UUID]) -> set[UUID]:
        """Those of `subjects` that have an event parked: what comes later must wait behind it."""
        statement = select(ParkedRow.subject).where(ParkedRow.subject == func.any(list(subjects)))
        async with connected(self._engine) as connection:
            return set(await connection.scalars(statement))

    async def park(self, event: Envelope, reason: str) -> None:
        _log.error("event.parked", event_id=str(event.id), type=event.type, subject=str(event.subject), reason=reason)
        statement = insert(ParkedRow).values(
            event_id=event.id,
            subject=event.subject,
            envelope=orjson.loads(event.to_json()),
            reason=_storable(reason),
            attempts=0,
            next_attempt_at=datetime.now(UTC),
        )
        async with self._engine.begin() as connection:
            await connection.execute(statement.on_conflict_do_nothing())

    async def due(self) -> list[Envelope]:
        """Per subject the oldest parked event, where its pause is over; a hundred at most."""
        heads = select(func.min(ParkedRow.id)).group_by(ParkedRow.subject)
        statement = (
            select(ParkedRow.envelope)
            .where(ParkedRow.id.in_(heads), ParkedRow.next_attempt_at <= func.now())
            .order_by(ParkedRow.id)
            .limit(_AT_ONCE)
        )
        async with connected(self._engine) as connection:
            return [Envelope.from_json(orjson.dumps(wire)) for wire in await connection.scalars(statement)]

    async def postpone(self, event: Envelope, reason: str) -> None:
        """Doubles the pause with each attempt, up to ten minutes."""
        seconds = func.power(2, func.least(ParkedRow.attempts, _DOUBLINGS))
        pause = func.least(func.make_interval(0, 0, 0, 0, 0, 0, seconds), _LONGEST_PAUSE)
        statement = (
            update(ParkedRow)
            .where(ParkedRow.event_id == event.id)
            .values(attempts=ParkedRow.attempts + 1, reason=_storable(reason), next_attempt_at=func.now() + pause)
        )
        async with self._engine.begin() as connection:
            await connection.execute(statement)

    async def forget(self, event: Envelope, session: AsyncSession) -> None:
        await session.execute(delete(ParkedRow).where(ParkedRow.event_id == event.id))


def _storable(reason: str) -> str:
    """PostgreSQL takes no NUL in a text; an event must not be lost because of how its failure reads."""
    return reason.replace("\x00", "")[:_REASON_LENGTH]
