"""What has arrived for the feed, and the order it gets."""

from typing import Final
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from chassis.engine import connected
from chassis.events import Envelope
from services.notifications.domain.public_events import Stream
from services.notifications.persistence.feed_rows import FeedArrivalRow, FeedEventRow

_AT_ONCE: Final = 500
_ORDER: Final = text("SELECT order_feed(:most)")
_KEEP_DAYS: Final = text("SELECT keep_feed_days(:days)")


class Arrivals:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, event: Envelope, stream: Stream, incident: UUID | None) -> None:
        row = FeedArrivalRow(
            event_id=event.id,
            source=event.source,
            type=event.type,
            subject=event.subject,
            company_id=event.company_id,
            stream=stream.value,
            incident_id=incident,
            sequence=event.sequence,
            time=event.time,
            traceparent=event.traceparent,
            causation_id=event.causation_id,
            data=event.data,
        )
        self._session.add(row)

    async def forget(self, incident: UUID, *, but: str) -> None:
        """All about the incident goes, but for events of the type `but`."""
        for table in (FeedArrivalRow, FeedEventRow):
            await self._session.execute(delete(table).where(table.incident_id == incident, table.type != but))


async def order_arrivals(engine: AsyncEngine) -> int:
    """Gives those that have arrived their places; the number of them, or -1 while another process does it."""
    async with connected(engine) as connection, connection.begin():
        return int(await connection.scalar(_ORDER, {"most": _AT_ONCE}))


async def keep_days(engine: AsyncEngine, days: int) -> int:
    """Makes room for the days that come and drops those older than `days`; the number of the dropped."""
    async with connected(engine) as connection, connection.begin():
        return int(await connection.scalar(_KEEP_DAYS, {"days": days}))
