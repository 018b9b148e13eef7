"""What `make verify` finds in tables that somebody tampered with: every kind of loss is seen."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import pytest

from deploy.local.all_in_one import AllInOne
from deploy.local.checks import (
    check_access,
    check_effects,
    check_histories,
    check_incidents,
    check_log,
    check_messages,
    check_projection,
)
from deploy.local.postgres import Connection, PostgresServer
from services.files.__main__ import SERVICE as FILES
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.purge_incidents import purge_incidents
from services.notifications.__main__ import SERVICE as NOTIFICATIONS
from tests.support.row_digests import settled
from tests.support.services import SYSTEM

Tamper: TypeAlias = Callable[..., AbstractAsyncContextManager[Connection]]
_UNFOUNDED = """
INSERT INTO mail_message
SELECT gen_random_uuid(), company_id, incident_id, gen_random_uuid(), recipient_user_id, kind, subject_key, state,
       created_at, sequence, attempts, next_attempt_at
FROM mail_message LIMIT 1
"""
_KEPT = "SELECT * FROM incident_ref ORDER BY id LIMIT 1"


@pytest.fixture
def tampered(postgres_server: PostgresServer, demo: Mapping[str, str]) -> Tamper:
    """A session in which statements have been run on a service's database of the sample, and are undone afterwards."""
    assert demo, "the sample is in"

    @asynccontextmanager
    async def session(service: str, *statements: str) -> AsyncIterator[Connection]:
        async with postgres_server.session(f"system_{service}") as connection:
            change = connection.transaction()
            await change.start()
            await connection.execute("SET LOCAL session_replication_role = replica")  # no trigger guards the tables now
            for statement in statements:
                await connection.execute(statement)
            yield connection
            await change.rollback()

    return session


async def until_told(tampered: Tamper) -> None:
    """The sample's events are on their way when it is in."""
    async with tampered("incidents") as told, tampered("notifications") as writing:
        while not (await check_messages(told, writing)).ok:  # another process's tables tell nobody
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM event WHERE position = 3",
        "UPDATE event SET published_at = NULL WHERE position = 3",
        "UPDATE event SET position = NULL WHERE position = 3",
        "UPDATE event SET sequence = 9 WHERE position = 3",
    ],
)
async def test_a_damaged_event_log_is_found(tampered: Tamper, damage: str) -> None:
    async with tampered("incidents", damage) as session:
        assert not (await check_log("incidents", session)).ok


async def test_an_event_positioned_before_an_earlier_one_of_its_subject_is_found(tampered: Tamper) -> None:
    second = (
        "INSERT INTO event (event_id, type, subject, sequence, restricted, data, position, published_at)"
        " SELECT gen_random_uuid(), type, subject, 2, false, data, -1, now() FROM event WHERE position = 3"
    )
    async with tampered("incidents", second) as session:
        assert "1 events before an earlier one" in (await check_log("incidents", session)).counts


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM event WHERE type = 'incident.registered.v1' AND position < 3",
        "DELETE FROM incident_change WHERE incident_id = (SELECT id FROM incident ORDER BY id LIMIT 1)",
        "UPDATE incident_number SET last = last + 1",
        "UPDATE incident_count SET number = number + 1",
        "UPDATE event SET restricted = NOT restricted",
        "UPDATE incident SET member_ids = ARRAY[id] WHERE id = (SELECT id FROM incident ORDER BY id LIMIT 1)",
    ],
)
async def test_an_incident_without_all_that_belongs_to_it_is_found(tampered: Tamper, damage: str) -> None:
    async with tampered("incidents", damage) as session:
        assert not all(finding.ok for finding in await check_incidents(session))


async def test_a_history_that_was_altered_is_found(
    system: AllInOne, postgres_server: PostgresServer, demo: Mapping[str, str]
) -> None:
    assert demo
    database = system.runtimes["incidents"].database
    other = "UPDATE incident_change SET operation = reverse(operation) WHERE sequence = 1"
    assert (await check_histories(database)).ok

    async with postgres_server.session("system_incidents") as session:
        await session.execute(other)
        try:
            finding = await check_histories(database)
        finally:
            await session.execute(other)

    assert not finding.ok
    assert "entry 1: it tells something else than when it was written" in finding.counts


async def test_a_wrong_count_of_the_history_of_access_is_found(tampered: Tamper) -> None:
    async with tampered("access") as session:
        assert (await check_access(session)).ok
    async with tampered("access", "UPDATE access_change_count SET number = number + 1") as session:
        assert not (await check_access(session)).ok


async def test_an_event_that_a_consumer_has_not_handled_is_found(system: AllInOne, tampered: Tamper) -> None:
    listening = FILES.worker(system.runtimes["files"]).subscriptions[0]
    forgotten = "DELETE FROM handled_event WHERE event_id = (SELECT min(event_id::text)::uuid FROM handled_event)"
    async with tampered("incidents") as source, tampered("files", forgotten) as target:
        assert not (await check_effects("files", listening, source, target)).ok


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM mail_message WHERE id = (SELECT min(id::text)::uuid FROM mail_message)",
        _UNFOUNDED,
    ],
)
async def test_a_message_that_is_missing_or_without_a_reason_is_found(tampered: Tamper, damage: str) -> None:
    await until_told(tampered)
    async with tampered("incidents") as told, tampered("notifications", damage) as writing:
        assert not (await check_messages(told, writing)).ok


async def test_a_row_missing_in_a_projection_is_found(
    system: AllInOne, postgres_server: PostgresServer, demo: Mapping[str, str]
) -> None:
    assert demo
    projection = FILES.worker(system.runtimes["files"]).projections[0]
    async with postgres_server.session("system_files") as session:
        await session.execute("SET session_replication_role = replica")
        await session.execute(f"CREATE TEMP TABLE kept AS {_KEPT}")
        await session.execute("DELETE FROM incident_ref WHERE id = (SELECT id FROM kept)")
        try:
            finding = await check_projection("files", projection)
        finally:
            await session.execute("INSERT INTO incident_ref SELECT * FROM kept")
    assert not finding.ok
    assert "1 missing or different" in finding.counts


async def test_untouched_tables_pass(system: AllInOne, tampered: Tamper) -> None:
    projection = FILES.worker(system.runtimes["files"]).projections[0]
    async with tampered("directories") as session:
        assert (await check_log("directories", session)).ok
    await until_told(tampered)
    assert (await check_projection("files", projection)).ok


async def test_incidents_that_were_deleted_restored_and_purged_pass(
    system: AllInOne, tampered: Tamper, demo: Mapping[str, str], admin: Any
) -> None:
    incidents = system.runtimes["incidents"].database
    made = [await _deleted(admin, demo) for _ in range(3)]
    restored = await admin.ask(_RESTORE, input={"id": made[0]})
    assert restored["restoreIncident"]["errors"] == []
    async with incidents.work(SYSTEM) as work:
        row = await work.session.get_one(IncidentRow, UUID(made[1]))
        row.deleted_at = datetime.now(UTC) - timedelta(days=400)

    assert await purge_incidents(incidents, timedelta(days=365)) == [row.reference]

    await settled(system.runtimes)
    async with tampered("incidents") as told, tampered("notifications") as writing:
        found = [*await check_incidents(told), await check_messages(told, writing), await check_log("incidents", told)]
    for service in (FILES, NOTIFICATIONS):
        projections = service.worker(system.runtimes[service.name]).projections
        found += [await check_projection(service.name, projection) for projection in projections]
    found.append(await check_histories(incidents))
    assert [str(each) for each in found if not each.ok] == []
    again = await admin.ask("query ($id: ID!) { incident(id: $id) { id messages { id } } }", id=made[0])
    assert len(again["incident"]["messages"]) == 1


async def _deleted(admin: Any, demo: Mapping[str, str]) -> str:
    """An incident with a message about it."""
    known = await admin.ask("{ me { user { id } } companies(first: 1) { nodes { id } } }")
    company, me = known["companies"]["nodes"][0], known["me"]["user"]["id"]
    new = {"title": "Gone", "company": {"id": company["id"]}, "responsibleId": me}
    made = (await admin.ask(_REGISTER, input=new))["registerIncident"]
    assert made["errors"] == [], demo
    gone = await admin.ask(_DELETE, input={"id": made["incident"]["id"], "reason": "A test"})
    assert gone["deleteIncident"]["errors"] == []
    return str(made["incident"]["id"])


_REGISTER = """
mutation ($input: RegisterIncidentInput!) { registerIncident(input: $input) { incident { id } errors { message } } }
"""
_DELETE = "mutation ($input: DeleteIncidentInput!) { deleteIncident(input: $input) { errors { message } } }"
_RESTORE = "mutation ($input: RestoreIncidentInput!) { restoreIncident(input: $input) { errors { message } } }"
