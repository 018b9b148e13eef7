"""An incident that somebody altered by hand, past its history, is found by verifying, and the field is named."""

from collections.abc import Mapping
from typing import Final

import pytest

from deploy.local.postgres import PostgresServer
from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import DELETE, EDIT, SHOW, Casebook
from tests.support.services import Json

ALTERED: Final[Mapping[str, str]] = {
    "title": "title = 'Nothing'",
    "description": "description = description || '!'",
    "impact": "impact = 'Nobody has told it'",
    "cost_amount": "cost_amount = 1.51",
    "records_affected": "records_affected = 0",
    "location_latitude": "location_latitude = 12.5",
    "occurred_at": "occurred_at = occurred_at - interval '1 day'",
    "closed_at": "closed_at = closed_at - interval '1 day'",
    "acknowledged_at": "acknowledged_at = NULL",
    "status_category": "status_category = 'DECLINED'",
    "severity_id": "severity_id = NULL",
    "priority_id": "priority_id = gen_random_uuid()",
    "type_id": "type_id = gen_random_uuid()",
    "responsible_id": "responsible_id = registered_by_id",
    "tags": "tags = '{a}'",
    "restricted": "restricted = false",
    "member_ids": "member_ids = member_ids || registered_by_id || gen_random_uuid()",
}


async def a_life(casebook: Casebook) -> Json:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(
        officer, description="Grüße", occurredAt="2026-03-01T09:30:00.5+01:00", severity={"code": "low"},
        cost={"amount": "1.50", "currency": "EUR"}, location={"coordinates": {"latitude": 12.0, "longitude": 1e-7}},
        priority={"code": "p3"}, recordsAffected=7, responsibleId=str(casebook.ada), type={"code": "fraud.phishing"},
    )  # fmt: skip
    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=1, tags=["a", "b"], title="Lost")
    await casebook.move(officer, incident, "closed")
    await casebook.change(SHOW, officer, id=incident["id"], visibility="RESTRICTED")
    return incident


async def altered(casebook: Casebook, postgres_server: PostgresServer, incident: Json, change: str) -> None:
    name = casebook.service.database.engine.url.database or ""
    async with postgres_server.session(name) as session:
        await session.execute(f"UPDATE incident SET {change} WHERE id = $1", incident["id"])  # noqa: S608 - the test's own


@pytest.mark.parametrize("field", ALTERED)
async def test_what_was_written_past_the_history_is_named(
    casebook: Casebook, postgres_server: PostgresServer, field: str
) -> None:
    incident, other = await a_life(casebook), await a_life(casebook)
    assert (await verify_histories(casebook.service.database)).broken == []

    await altered(casebook, postgres_server, incident, ALTERED[field])

    verdict = await verify_histories(casebook.service.database)
    assert [str(each) for each in verdict.broken] == [
        f"incident {incident['id']}, entry 4: the incident's {field} is not what its history says in the end"
    ]
    assert list(verdict.ends) == [other["id"]]


async def test_a_deleted_incident_that_came_back_by_hand_is_found(
    casebook: Casebook, postgres_server: PostgresServer
) -> None:
    incident = await a_life(casebook)
    await casebook.try_to(DELETE, casebook.supervisor(casebook.acme), id=incident["id"])
    assert (await verify_histories(casebook.service.database)).broken == []

    await altered(casebook, postgres_server, incident, "deleted_at = NULL")

    (found,) = (await verify_histories(casebook.service.database)).broken
    assert "deleted_at" in found.reason


async def test_entries_that_were_merged_are_as_the_history_says(casebook: Casebook) -> None:
    incident = await a_life(casebook)
    for old, new, kind in (("fraud.phishing", "malware.worm", "incident_type"), ("low", "high", "severity")):
        casebook.alter(old, active=False, merged_into_id=str(casebook.id_of(new)))
        told = {"entry_id": str(casebook.id_of(old)), "into_id": str(casebook.id_of(new)), "kind": kind}
        await casebook.hear("directories", "directory.entry_merged.v1", **told)

    row = await casebook.row(incident["id"])
    assert (row.type_id, row.severity_id) == (casebook.id_of("malware.worm"), casebook.id_of("high"))
    assert (await verify_histories(casebook.service.database)).broken == []
