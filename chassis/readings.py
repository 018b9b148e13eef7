"""Figures that are looked up in a service's database when somebody reads its metrics, each at a bounded price."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import QueuePool, text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.engine import connected
from chassis.metrics import Gauge, Reading, Sample

MOST: Final = 10_000

_IN_USE = Gauge("database_connections_in_use", "Connections to the database that are taken.", ("service",))
_POOL = Gauge("database_connections_limit", "Connections to the database that there may be.", ("service",))
_PENDING = Gauge("outbox_pending", f"Events stored and not yet published, {MOST} at most.", ("service",))
_OLDEST = Gauge("outbox_oldest_unpublished_seconds", "Age of the oldest of these; 0 without any.", ("service",))
_PARKED = Gauge("dead_letters", f"Events parked now, {MOST} at most.", ("group",))

# Each part walks along one small partial index: over what is unpublished, and over what has no position yet.
_OUTBOX = text(
    """
    SELECT (SELECT count(*) FROM (SELECT FROM event WHERE published_at IS NULL LIMIT :most) AS counted) AS pending,
           (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(time)), 0) FROM (
               (SELECT time FROM event WHERE published_at IS NULL AND position IS NOT NULL ORDER BY position LIMIT 1)
               UNION ALL (SELECT time FROM event WHERE position IS NULL ORDER BY id LIMIT 1)
           ) AS first) AS oldest
    """
)
_WAITING = text("SELECT count(*) FROM (SELECT FROM parked_event LIMIT :most) AS counted")


def database_readings(service: str, engine: AsyncEngine) -> tuple[Reading, ...]:
    """Of its connections, of the events that it has told, and of those that it could not handle."""

    async def pool() -> Iterable[Sample]:
        pool = engine.sync_engine.pool
        if not isinstance(pool, QueuePool):
            return []
        return [Sample(_IN_USE, (service,), pool.checkedout()), Sample(_POOL, (service,), pool.size())]

    async def outbox() -> Iterable[Sample]:
        async with connected(engine) as connection:
            found = (await connection.execute(_OUTBOX, {"most": MOST})).one()
        return [Sample(_PENDING, (service,), found.pending), Sample(_OLDEST, (service,), float(found.oldest))]

    async def parked() -> Iterable[Sample]:
        async with connected(engine) as connection:
            return [Sample(_PARKED, (service,), await connection.scalar(_WAITING, {"most": MOST}) or 0)]

    return pool, outbox, parked
