"""Histories as chains: every change is in one, by its right and request, and damage done by hand is found."""

import asyncio
import hashlib
import json
from collections.abc import Mapping

import pytest

from deploy.local.postgres import PostgresServer
from services.incidents.usecases.verify_history import Verdict, export_history, verify_export, verify_histories
from tests.support.casebook import DELETE, EDIT, MOVE, SHOW, Casebook
from tests.support.services import Json

INSERTED = """
INSERT INTO incident_change SELECT incident_id, 7, company_id, at, actor_kind, actor_id, request_id, operation, changes,
       part_type, part_id, permission, prev_hash, hash FROM incident_change WHERE sequence = 6
"""
HISTORY = """
query ($id: ID!) { incident(id: $id) { history(first: 100) { nodes { sequence permission record hash requestId } } } }
"""


async def verify(casebook: Casebook) -> Verdict:
    return await verify_histories(casebook.service.database)


async def history(casebook: Casebook, incident: Json) -> list[Json]:
    """Oldest first."""
    reader = casebook.supervisor(casebook.acme)
    shown = (await casebook.service.data(HISTORY, reader, id=incident["id"]))["incident"]["history"]["nodes"]
    return list(reversed(shown))


async def a_life(casebook: Casebook) -> Json:
    """Six changes of one incident."""
    officer = casebook.officer(casebook.acme, id=casebook.ada)
    incident = await casebook.register(officer, description="Grüße, мир", occurredAt="2026-03-01T09:30:00.5+01:00")
    await casebook.change(
        EDIT, officer, id=incident["id"], expectedVersion=1, tags=["a"], responsibleId=str(casebook.bob)
    )
    await casebook.move(officer, incident, "closed")
    await casebook.move(officer, incident, "open")
    await casebook.change(SHOW, officer, id=incident["id"], visibility="RESTRICTED")
    return incident


async def damage(casebook: Casebook, postgres_server: PostgresServer, *statements: str) -> None:
    """By somebody whom nothing hinders."""
    name = casebook.service.database.engine.url.database
    async with postgres_server.session(name or "") as session:
        for statement in statements:
            await session.execute(statement)


async def test_every_change_is_chained_and_says_by_which_right(casebook: Casebook) -> None:
    incident = await a_life(casebook)

    entries = await history(casebook, incident)

    assert [entry["permission"] for entry in entries] == [
        "incident.add", "incident.edit", "incident.edit", "incident.close", "incident.reopen", "incident.edit",
    ]  # fmt: skip
    records = [json.loads(entry["record"]) for entry in entries]
    assert [record["request_id"] for record in records] == [entry["requestId"] for entry in entries]
    assert [record.get("previous") for record in records] == [None, *(entry["hash"] for entry in entries[:-1])]
    assert (await casebook.row(incident["id"])).history_hash == bytes.fromhex(entries[-1]["hash"])
    assert (await verify(casebook)).broken == []


async def test_whoever_reads_the_history_can_check_it_with_sha256_alone(casebook: Casebook) -> None:
    for entry in await history(casebook, await a_life(casebook)):
        assert hashlib.sha256(entry["record"].encode()).hexdigest() == entry["hash"]


async def test_registered_closed_it_is_by_the_right_to_close(casebook: Casebook) -> None:
    incident = await casebook.register(casebook.officer(casebook.acme), status={"code": "closed"})

    (entry,) = await history(casebook, incident)

    assert entry["permission"] == "incident.close"


async def test_deleted_incidents_are_verified_too(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    await casebook.try_to(DELETE, officer, id=incident["id"])

    verdict = await verify(casebook)

    assert (verdict.entries, list(verdict.ends), verdict.broken) == (2, [incident["id"]], [])


async def test_a_batch_is_chained_incident_by_incident(casebook: Casebook) -> None:
    rows = [{"title": f"Incident {number}", "recordsAffected": number} for number in range(20)]
    await casebook.register_many(casebook.officer(casebook.acme), rows)

    verdict = await verify(casebook)

    assert (verdict.entries, len(verdict.ends), verdict.broken) == (20, 20, [])


async def test_numbers_are_the_same_after_the_database_has_kept_them(casebook: Casebook) -> None:
    for place in ({"latitude": 12.0, "longitude": 1e-7}, {"latitude": -0.0, "longitude": 0.1 + 0.2}):
        await casebook.register(
            casebook.officer(casebook.acme), location={"coordinates": place}, recordsAffected=2**31 - 1
        )

    assert (await verify(casebook)).broken == []


async def test_changes_at_once_make_one_chain(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)

    await asyncio.gather(
        *(casebook.try_to(MOVE, officer, id=incident["id"], status={"code": code}) for code in ("triage", "open") * 10)
    )

    entries = await casebook.changes(incident["id"])
    assert len(entries) > 1
    assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
    assert (await verify(casebook)).broken == []


DAMAGES: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "altered": (3, ("UPDATE incident_change SET changes = '{}' WHERE sequence = 3",)),
    "by another": (3, ("UPDATE incident_change SET actor_id = company_id WHERE sequence = 3",)),
    "backdated": (3, ("UPDATE incident_change SET at = at - interval '1 microsecond' WHERE sequence = 3",)),
    "another right": (1, ("UPDATE incident_change SET permission = 'incident.edit' WHERE sequence = 1",)),
    "removed": (3, ("DELETE FROM incident_change WHERE sequence = 3",)),
    "removed, and the rest moved up": (
        3, ("DELETE FROM incident_change WHERE sequence = 3",
            "UPDATE incident_change SET sequence = 3 WHERE sequence = 4",
            "UPDATE incident_change SET sequence = 4 WHERE sequence = 5",
            "UPDATE incident_change SET sequence = 5 WHERE sequence = 6"),
    ),
    "the last one removed": (6, ("DELETE FROM incident_change WHERE sequence = 6",)),
    "all removed": (1, ("DELETE FROM incident_change",)),
    "all removed and forgotten": (1, ("DELETE FROM incident_change", "UPDATE incident SET history_hash = NULL")),
    "inserted": (
        7, (INSERTED,),
    ),
    "swapped": (
        3, ("UPDATE incident_change SET sequence = 99 WHERE sequence = 3",
            "UPDATE incident_change SET sequence = 3 WHERE sequence = 4",
            "UPDATE incident_change SET sequence = 4 WHERE sequence = 99"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
async def test_damage_by_hand_is_found_at_its_place(
    casebook: Casebook, postgres_server: PostgresServer, name: str
) -> None:
    other = await casebook.register(casebook.officer(casebook.acme, casebook.north), company={"code": "NORTH"})
    incident = await a_life(casebook)
    sequence, statements = DAMAGES[name]

    if name.startswith("all"):
        statements = tuple(
            f"{each} WHERE {'id' if each.startswith('UPDATE') else 'incident_id'} = '{incident['id']}'"
            for each in statements
        )
    else:
        statements = tuple(each.replace("WHERE", f"WHERE incident_id = '{incident['id']}' AND") for each in statements)
    await damage(casebook, postgres_server, *statements)

    verdict = await verify(casebook)
    assert [(found.incident, found.sequence) for found in verdict.broken] == [(incident["id"], sequence)]
    assert list(verdict.ends) == [other["id"]]


async def test_an_export_is_verified_without_a_database(casebook: Casebook) -> None:
    incident = await a_life(casebook)
    lines = [line async for line in export_history(incident["reference"], casebook.service.database)]

    whole, damaged = verify_export(lines), verify_export([lines[0], *lines[2:]])

    assert (whole.entries, whole.broken, len(whole.ends)) == (6, [], 1)
    assert [(found.incident, found.sequence) for found in damaged.broken] == [(incident["id"], 2)]


async def test_what_is_not_there_has_no_lines(casebook: Casebook) -> None:
    lines = [line async for line in export_history("NONE-2026-000001", casebook.service.database)]

    assert lines == []


async def test_a_restricted_history_is_out_of_sight_with_its_hashes(casebook: Casebook) -> None:
    incident = await a_life(casebook)

    outsider = casebook.reader(casebook.acme)

    assert (await casebook.service.data(HISTORY, outsider, id=incident["id"]))["incident"] is None
