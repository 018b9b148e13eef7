"""What `make verify` checks, each as one finding with its counts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.broker import Subscription
from chassis.database import Database
from chassis.projections import Projection
from deploy.local.postgres import Connection
from services.incidents.usecases.verify_history import verify_histories


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    ok: bool
    counts: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.ok else 'FAIL'}  {self.what}: {self.counts}"


async def check_log(service: str, session: Connection) -> Finding:
    """Positions run from 1 without gaps, all are published, the events of each subject numbered from 1, in order."""
    row = await _row(session, _LOG)
    whole = row["events"] == row["positioned"] == row["last"] == row["published"]
    counts = (
        f"{row['events']} events, last position {row['last']}, {row['published']} published, "
        f"{row['broken']} subjects with a gap, {row['disordered']} events before an earlier one of their subject"
    )
    ok = whole and row["broken"] == row["disordered"] == 0
    return Finding(f"event log of {service}", ok, counts)


async def check_incidents(session: Connection) -> list[Finding]:
    row = await _row(session, _INCIDENTS)
    numbers = await _row(session, _NUMBERS)
    counts = await _row(session, _COUNTS)
    complete = row["incidents"] == row["registered"] and row["without_history"] == row["without_events"] == 0
    confided = row["told_to_others"] == row["without_members"] == 0
    return [
        Finding(
            "incidents with their history and events",
            complete,
            f"{row['incidents']} incidents, {row['registered']} registrations, {row['without_history']} without whole "
            f"history, {row['without_events']} without all events",
        ),
        Finding(
            "restricted incidents",
            confided,
            f"{row['restricted']} of them, {row['told_to_others']} incidents whose last event was for others than see "
            f"them, {row['without_members']} restricted without members or open with some",
        ),
        Finding(
            "counts of incidents", counts["wrong"] == 0, f"{counts['wrong']} of companies and audiences are not right"
        ),
        Finding("numbers of incidents", numbers["wrong"] == 0, f"{numbers['wrong']} companies and years with a gap"),
    ]


async def check_files(session: Connection) -> Finding:
    """Whatever happened to a file is in its record and was told, and what is not decided upon waits to be."""
    row = await _row(session, _FILES)
    counts = (
        f"{row['files']} files, {row['checking']} being checked, {row['forgotten']} that nobody looks at, "
        f"{row['unexplained']} without a whole record, {row['untold']} without all events"
    )
    return Finding("files with their records", row["forgotten"] == row["unexplained"] == row["untold"] == 0, counts)


async def check_histories(database: Database) -> Finding:
    """Each entry follows from the one before, and the incident knows the last."""
    verdict = await verify_histories(database)
    broken = "".join(f"; {each}" for each in verdict.broken[:1])
    counts = f"{verdict.entries} entries, {len(verdict.broken)} incidents with a broken chain{broken}"
    return Finding("chains of histories", not verdict.broken, counts)


async def check_access(session: Connection) -> Finding:
    row = await _row(session, _HISTORY_COUNTS)
    counts = f"{row['sets']} sets of companies, {row['wrong']} of them not right"
    return Finding("counts of the history of access", row["wrong"] == 0, counts)


async def check_messages(incidents: Connection, notifications: Connection) -> Finding:
    """One for each event that makes somebody responsible, and none besides."""
    wanted = Counter((row["event_id"], row["responsible"]) for row in await incidents.fetch(_RESPONSIBLE))
    written = Counter((row["event_id"], row["recipient"]) for row in await notifications.fetch(_MESSAGES))
    missing, doubled = (wanted - written).total(), (written - wanted).total()
    counts = f"{wanted.total()} made responsible, {missing} not told, {doubled} told twice or without a reason"
    return Finding("messages to who became responsible", missing == doubled == 0, counts)


async def check_effects(consumer: str, subscription: Subscription, source: Connection, target: Connection) -> Finding:
    """Each event the consumer listens to has been handled, once (its id is a primary key), or is seen parked."""
    types = list(subscription.types)
    told = {row["event_id"] for row in await source.fetch(_TOLD, types)}
    handled = {row["event_id"] for row in await target.fetch(_HANDLED, subscription.source)}
    parked = await target.fetchval("SELECT count(*) FROM parked_event")
    missing = len(told - handled)
    counts = f"{len(told)} told, {missing} not handled, {parked} parked, {len(handled - told)} unknown"
    ok = missing == 0 and parked == 0 and handled <= told
    return Finding(f"events of {subscription.source} in {consumer}", ok, counts)


async def check_order(consumer: str, subscription: Subscription, source: Connection, target: Connection) -> Finding:
    """No event was handled by a transaction that began before that of an earlier event of its subject.

    Not a part of `make verify`: what a deleted queue had lost is published again and handled late, as it should be.
    """
    handled = {row["event_id"]: row["handled_at"] for row in await target.fetch(_HANDLED, subscription.source)}
    last: dict[UUID, datetime] = {}
    early = 0
    for event in await source.fetch(_IN_ORDER, list(subscription.types)):
        at = handled.get(event["event_id"])
        if at is not None:
            early += at < last.get(event["subject"], at)
            last[event["subject"]] = at
    counts = f"{len(handled)} handled, {len(last)} subjects, {early} before an earlier one of their subject"
    return Finding(f"order of {subscription.source} in {consumer}", early == 0, counts)


async def check_projection(service: str, projection: Projection) -> Finding:
    total, differing = await projection.differences()
    counts = f"{total} at the owner, {len(differing)} missing or different"
    return Finding(f"projection of {projection.name} in {service}", not differing, counts)


async def _row(session: Connection, statement: str) -> Mapping[str, int]:
    """The one row of a statement that counts."""
    return dict((await session.fetch(statement))[0])


_FILES = """
SELECT count(*) AS files, count(*) FILTER (WHERE state = 'CHECKING') AS checking,
       count(*) FILTER (WHERE (state IN ('CHECKING', 'QUARANTINED')) <> (file_check.file_id IS NOT NULL)) AS forgotten,
       count(*) FILTER (WHERE custody.entries IS DISTINCT FROM file.sequence
           OR custody.last IS DISTINCT FROM file.sequence) AS unexplained,
       count(*) FILTER (WHERE told.events IS DISTINCT FROM file.sequence) AS untold
FROM file LEFT JOIN file_check ON file_check.file_id = file.id
LEFT JOIN (
    SELECT file_id, count(*) AS entries, max(number) AS last FROM file_custody GROUP BY file_id
) AS custody ON custody.file_id = file.id
LEFT JOIN (SELECT subject, count(*) AS events FROM event GROUP BY subject) AS told ON told.subject = file.id
"""
_LOG = """
SELECT count(*) AS events, count(position) AS positioned, coalesce(max(position), 0) AS last,
       count(published_at) AS published,
       (SELECT count(*) FROM (
            SELECT subject FROM event GROUP BY subject HAVING min(sequence) <> 1 OR max(sequence) <> count(*)
        ) AS gaps) AS broken,
       (SELECT count(*) FROM (
            SELECT position < lag(position) OVER (PARTITION BY subject ORDER BY sequence) AS early FROM event
        ) AS ordered WHERE early) AS disordered
FROM event
"""
_INCIDENTS = """
WITH told AS (
    SELECT subject, count(*) AS events, count(*) FILTER (WHERE type = 'incident.registered.v1') AS registered,
           (array_agg(restricted ORDER BY sequence DESC))[1] AS restricted
    FROM event GROUP BY subject
), written AS (
    SELECT incident_id, count(*) AS entries FROM incident_change GROUP BY incident_id
)
SELECT count(*) AS incidents, coalesce(sum(told.registered), 0) AS registered,
       count(*) FILTER (WHERE written.entries IS DISTINCT FROM
           CASE WHEN purged_at IS NULL THEN incident.sequence ELSE 1 END) AS without_history,
       count(*) FILTER (WHERE told.events IS DISTINCT FROM incident.sequence) AS without_events,
       count(*) FILTER (WHERE incident.restricted) AS restricted,
       count(*) FILTER (WHERE told.restricted IS DISTINCT FROM incident.restricted) AS told_to_others,
       count(*) FILTER (WHERE incident.restricted <> (cardinality(incident.member_ids) > 0)) AS without_members
FROM incident LEFT JOIN told ON told.subject = incident.id LEFT JOIN written ON written.incident_id = incident.id
"""
_COUNTS = """
WITH counted AS (
    SELECT audience, company_id, count(*) AS number FROM incident CROSS JOIN LATERAL (
        SELECT DISTINCT unnest(CASE WHEN restricted THEN member_ids || 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid
                               ELSE '{ffffffff-ffff-ffff-ffff-fffffffffffe}' END) AS audience
    ) AS audiences
    WHERE deleted_at IS NULL GROUP BY audience, company_id
)
SELECT count(*) AS wrong FROM counted FULL JOIN incident_count AS kept USING (audience, company_id)
WHERE coalesce(counted.number, 0) <> coalesce(kept.number, 0)
"""
_HISTORY_COUNTS = """
WITH counted AS (
    SELECT every_company, company_ids, count(*) AS number FROM access_change GROUP BY every_company, company_ids
)
SELECT count(*) AS sets, count(*) FILTER (WHERE coalesce(counted.number, 0) <> coalesce(kept.number, 0)) AS wrong
FROM counted FULL JOIN access_change_count AS kept USING (every_company, company_ids)
"""
_NUMBERS = """
SELECT count(*) AS wrong FROM incident_number AS number
WHERE last <> (
    SELECT count(*) FROM incident
    WHERE company_id = number.company_id AND extract(year FROM registered_at AT TIME ZONE 'UTC') = number.year
)
"""
_RESPONSIBLE = """
SELECT * FROM (
    SELECT event_id, CAST(data ->> CASE type WHEN 'incident.assigned.v1' THEN 'after' ELSE 'responsible_id' END AS uuid)
           AS responsible
    FROM event WHERE type IN ('incident.registered.v1', 'incident.assigned.v1')
        AND NOT EXISTS (SELECT FROM incident WHERE incident.id = event.subject AND purged_at IS NOT NULL)
) AS named WHERE responsible IS NOT NULL
"""
_MESSAGES = "SELECT event_id, recipient_user_id AS recipient FROM mail_message WHERE kind = 'ASSIGNED'"
_TOLD = "SELECT event_id FROM event WHERE type = any($1::text[])"
_IN_ORDER = (
    "SELECT event_id, subject FROM event WHERE type = any($1::text[]) AND position IS NOT NULL ORDER BY position"
)
_HANDLED = "SELECT event_id, handled_at FROM handled_event WHERE source = $1"
