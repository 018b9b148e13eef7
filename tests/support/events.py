"""Events for tests, and the checker of what a consumer group may be told."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.events import Envelope
from chassis.identifiers import uuid7
from chassis.tables import EventRow


def make_event(**given: Any) -> Envelope:
    """An event of the source `things` about something new, unless told otherwise."""
    usual: dict[str, Any] = {
        "id": uuid7(),
        "source": "things",
        "type": "thing.changed.v1",
        "subject": uuid7(),
        "company_id": uuid7(),
        "sequence": 1,
        "position": 1,
        "time": datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        "data": {"name": "thing"},
    }
    return Envelope(**(usual | given))


def first_deliveries(delivered: Iterable[Envelope]) -> list[Envelope]:
    """Without the repetitions that "at least once" allows."""
    once: dict[UUID, Envelope] = {}
    for event in delivered:
        once.setdefault(event.id, event)
    return list(once.values())


async def read_log(engine: AsyncEngine) -> dict[UUID, int | None]:
    """The committed event log: position by event id."""
    async with engine.connect() as connection:
        rows = await connection.execute(select(EventRow.event_id, EventRow.position))
        return {row.event_id: row.position for row in rows}


def violations(log: dict[UUID, int | None], delivered: Sequence[Envelope]) -> set[str]:
    """Which promises were broken: `lost`, `gap`, `position differs`, `position order`, `subject order`."""
    once = first_deliveries(delivered)
    told = {event.id: event.position for event in once}
    of_subject: dict[UUID, list[int]] = {}
    for event in once:
        of_subject.setdefault(event.subject, []).append(event.sequence)
    broken = {
        "lost": bool(log.keys() - told.keys()),
        "gap": sorted(told.values()) != list(range(1, len(told) + 1)),
        "position differs": any(log.get(event) != position for event, position in told.items()),
        "position order": [event.position for event in once] != sorted(told.values()),
        "subject order": any(seen != list(range(1, len(seen) + 1)) for seen in of_subject.values()),
    }
    return {promise for promise, is_broken in broken.items() if is_broken}
