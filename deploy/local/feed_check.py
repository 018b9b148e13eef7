"""What `make verify` checks of the public feed: each public event once, in the order of its subject, without gaps.

What is older than the first event that is kept of its source is not looked for: it was told before there was a feed, or
its day was dropped. Of purged incidents nothing is kept but that.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from deploy.local.checks import Finding
from deploy.local.postgres import Connection
from services.notifications.domain.public_events import PUBLIC


async def check_feed(sources: Mapping[str, Connection], notifications: Connection) -> Finding:
    kept = {row["event_id"] for row in await notifications.fetch("SELECT event_id FROM feed_event")}
    purged = {row["incident_id"] for row in await notifications.fetch(_PURGED)}
    missing = sum([len(await _told(source, session, kept, purged) - kept) for source, session in sources.items()])
    waiting = await notifications.fetchval("SELECT count(*) FROM feed_arrival")
    row = (await notifications.fetch(_ORDER, list(purged)))[0]
    counts = (
        f"{len(kept)} events, {missing} missing, {waiting} without a place, {row['doubled']} doubled, "
        f"{row['disordered']} before an earlier one of their subject, {row['broken']} streams with a gap"
    )
    ok = missing == waiting == row["doubled"] == row["disordered"] == row["broken"] == 0
    return Finding("public feed", ok, counts)


async def _told(source: str, session: Connection, kept: set[UUID], purged: set[UUID]) -> set[UUID]:
    """What the source has told since the first of its events that is kept."""
    types = [kind for name, kind in PUBLIC if name == source]
    rows = await session.fetch(_LOG, types)
    first = min((row["position"] for row in rows if row["event_id"] in kept), default=None)
    if first is None:
        return set() if not kept else {row["event_id"] for row in rows}
    return {
        row["event_id"]
        for row in rows
        if row["position"] >= first and (row["incident"] is None or UUID(row["incident"]) not in purged)
    }


_PURGED: Final = "SELECT DISTINCT incident_id FROM feed_event WHERE type = 'incident.purged.v1'"
_LOG: Final = """
SELECT event_id, position, data->>'incident_id' AS incident FROM event
WHERE type = any($1::text[]) AND published_at IS NOT NULL
"""
_ORDER: Final = """
WITH steps AS (
    SELECT sequence - lag(sequence) OVER (PARTITION BY source, subject ORDER BY position) AS step FROM feed_event
), streams AS (
    SELECT max(number) - min(number) + 1 AS length, count(*) AS events, bool_or(incident_id = any($1::uuid[])) AS purged
    FROM feed_event GROUP BY company_id, stream
)
SELECT (SELECT count(*) - count(DISTINCT event_id) FROM feed_event) AS doubled,
       (SELECT count(*) FROM steps WHERE step <= 0) AS disordered,
       (SELECT count(*) FROM streams WHERE length <> events AND NOT coalesce(purged, false)) AS broken
"""
