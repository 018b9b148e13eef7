"""Judging what a load has left in the databases by its history, and by all that `make verify` knows.

ok        every history entry and every event of it is there, once each
fail      nothing of it is there
unknown   all of it, or nothing
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Final
from uuid import UUID

from chassis.broker import Subscription
from deploy.local.checks import Finding
from deploy.local.postgres import Connection
from deploy.local.services import SERVICES
from deploy.local.verify import findings
from tests.support.faults.ground import Ground
from tests.support.faults.history import Operation, Outcome

Traces = Mapping[str, Sequence[tuple[UUID, int]]]

ACKNOWLEDGED: Final = "acknowledged changes"
REFUSED: Final = "refused changes"
UNKNOWN: Final = "changes without an answer"
KEYS: Final = "registrations under one key"
STATES: Final = "incidents beside their history"
_CALLED: Final = {Outcome.OK: ACKNOWLEDGED, Outcome.FAIL: REFUSED, Outcome.UNKNOWN: UNKNOWN}


def order(source: str, group: str) -> str:
    return f"order of the events of {source} in {group}"


async def check(ground: Ground, history: Sequence[Operation]) -> list[Finding]:
    """Those of `make verify` first."""
    found = await findings(ground.servers.database, ground.surroundings, ground.name)
    async with AsyncExitStack() as stack:
        databases = {
            service.name: await stack.enter_async_context(
                ground.servers.database.session(f"{ground.name}_{service.name}")
            )
            for service in SERVICES
        }
        incidents = databases["incidents"]
        written, told = await _traces(incidents, _WRITTEN), await _traces(incidents, _TOLD)
        found += [outcomes(outcome, history, written, told) for outcome in Outcome]
        there = Counter(row["registration_key"] for row in await incidents.fetch(_REGISTERED))
        found += [keys(history, there), await states(incidents)]
        for service in SERVICES:
            for subscription in service.worker(ground.stack.runtimes[service.name]).subscriptions:
                found.append(await _order(subscription, databases[subscription.source], databases[service.name]))
    return found


def outcomes(outcome: Outcome, history: Sequence[Operation], written: Traces, told: Traces) -> Finding:
    """What the operations with this outcome left: history entries in `written`, events in `told`, by request.

    Both have to be about the same incidents, with the same numbers.
    """
    judged = [each for each in history if each.outcome is outcome]
    there = wrong = 0
    for operation in judged:
        entries, events = written.get(operation.request, ()), told.get(operation.request, ())
        wanted = {Outcome.OK: {operation.entries}, Outcome.FAIL: {0}, Outcome.UNKNOWN: {0, operation.writes}}[outcome]
        wrong += sorted(entries) != sorted(events) or len(entries) not in wanted
        there += len(entries) > 0
    counts = f"{len(judged)} of them, {there} left something, {wrong} not what they had to"
    return Finding(_CALLED[outcome], wrong == 0, counts)


def keys(history: Sequence[Operation], there: Mapping[str, int]) -> Finding:
    """`there` counts incidents by key: one when any answer said so, one or none when nobody answered."""
    said: dict[str, set[Outcome]] = defaultdict(set)
    for operation in history:
        if operation.key is not None:
            said[operation.key].add(operation.outcome)
    wrong = [key for key, outcomes in said.items() if there.get(key, 0) not in _incidents_after(outcomes)]
    repeated = sum(each.answer.get("alreadyRegistered") is True for each in history)
    counts = f"{len(said)} keys, {repeated} found registered when sent again, {len(wrong)} not as often as they had to"
    return Finding(KEYS, not wrong, counts)


def _incidents_after(said: set[Outcome]) -> set[int]:
    if Outcome.OK in said:
        return {1}
    return {0, 1} if Outcome.UNKNOWN in said else {0}


async def states(incidents: Connection) -> Finding:
    rows = await incidents.fetch(_STATES)
    return Finding(STATES, not rows, f"{len(rows)} that are not what their last entries say")


async def _order(subscription: Subscription, source: Connection, target: Connection) -> Finding:
    """Each subject's events took effect one after another: those of these types, without a gap, in their order."""
    numbers = {
        row["event_id"]: (row["subject"], row["sequence"])
        for row in await source.fetch(_SEQUENCES, sorted(subscription.types))
    }
    rows = await target.fetch(_APPLIED, subscription.source)
    applied = _by_subject(numbers[row["event_id"]] for row in rows if row["event_id"] in numbers)
    due = _by_subject(sorted(numbers.values()))
    wrong = [subject for subject, sequences in applied.items() if sequences != due[subject]]
    counts = (
        f"{len(applied)} subjects, {len(wrong)} out of order or with a gap; {len(rows)} effects; "
        f"{await target.fetchval(_REPEATED)} deliveries of anything had none"
    )
    return Finding(order(subscription.source, subscription.group), not wrong, counts)


def _by_subject(pairs: Iterable[tuple[UUID, int]]) -> dict[UUID, list[int]]:
    found: dict[UUID, list[int]] = defaultdict(list)
    for subject, sequence in pairs:
        found[subject].append(sequence)
    return found


async def _traces(incidents: Connection, statement: str) -> Traces:
    found: dict[str, list[tuple[UUID, int]]] = defaultdict(list)
    for row in await incidents.fetch(statement):
        found[row["request_id"]].append((row["subject"], row["sequence"]))
    return found


def failures(found: Sequence[Finding]) -> set[str]:
    return {each.what for each in found if not each.ok}


_WRITTEN: Final = "SELECT request_id, incident_id AS subject, sequence FROM incident_change"
_TOLD: Final = "SELECT request_id, subject, sequence FROM event"
_REGISTERED: Final = "SELECT registration_key FROM incident WHERE registration_key IS NOT NULL"
_SEQUENCES: Final = "SELECT event_id, subject, sequence FROM event WHERE type = any($1::text[])"
_APPLIED: Final = "SELECT event_id, applied FROM handled_event WHERE source = $1 ORDER BY applied"
_REPEATED: Final = "SELECT coalesce(max(applied), 0) - count(*) FROM handled_event"
_STATES: Final = """
WITH last AS (
    SELECT DISTINCT ON (incident_id, field.key) incident_id, field.key AS field, field.value ->> 1 AS value
    FROM incident_change, jsonb_each(changes) AS field
    WHERE field.key IN ('comment', 'responsible_id', 'status_id')
    ORDER BY incident_id, field.key, sequence DESC
)
SELECT incident.id FROM incident JOIN last ON last.incident_id = incident.id
WHERE last.value IS DISTINCT FROM to_jsonb(incident) ->> last.field
"""
