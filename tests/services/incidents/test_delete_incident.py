"""Deleting an incident."""

from datetime import UTC, datetime
from uuid import uuid4

from tests.support.casebook import DELETE, EDIT, MOVE, Casebook

YEAR = datetime.now(UTC).year
EVERYWHERE = """
query ($id: ID!, $reference: String!, $company: [_Any!]!, $entity: [_Any!]!) {
    byId: incident(id: $id) { id }
    byReference: incident(reference: $reference) { id }
    incidents { nodes { id } totalCount }
    company: _entities(representations: $company) { ... on Company { incidents { nodes { id } totalCount } } }
    entity: _entities(representations: $entity) { ... on Incident { id } } }
"""


async def test_it_is_gone_from_everywhere_and_its_row_stays(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident, other = await casebook.register(officer), await casebook.register(officer)

    payload = await casebook.try_to(DELETE, officer, id=incident["id"].upper(), expectedVersion=1)

    assert payload == {"deletedId": incident["id"], "incident": None, "errors": []}
    seen = await casebook.service.data(
        EVERYWHERE,
        casebook.administrator(),
        id=incident["id"],
        reference=incident["reference"],
        company=[{"__typename": "Company", "id": str(casebook.acme)}],
        entity=[{"__typename": "Incident", "id": incident["id"]}],
    )
    left = {"nodes": [{"id": other["id"]}], "totalCount": 1}
    assert (seen["byId"], seen["byReference"], seen["entity"]) == (None, None, [None])
    assert (seen["incidents"], seen["company"]) == (left, [{"incidents": left}])
    row = await casebook.row(incident["id"])
    assert (row.reference, row.version, row.deleted_at is None) == (incident["reference"], 2, False)


async def test_its_history_and_its_events_go_on_to_the_end(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)

    await casebook.try_to(DELETE, officer, id=incident["id"])

    entries = await casebook.changes(incident["id"])
    assert [(entry.sequence, entry.operation) for entry in entries] == [(1, "REGISTERED"), (2, "DELETED")]
    event = (await casebook.service.events())[-1]
    assert (event.type, event.sequence, event.company_id) == ("incident.deleted.v1", 2, casebook.acme)
    assert event.data == {"incident_id": incident["id"], "reference": incident["reference"], "version": 2}


async def test_its_reference_is_never_given_again(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    await casebook.try_to(DELETE, officer, id=incident["id"])

    assert (await casebook.register(officer))["reference"] == f"ACME-{YEAR}-000002"


async def test_what_is_deleted_takes_no_more_changes(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    await casebook.try_to(DELETE, officer, id=incident["id"])

    async with casebook.unchanged():
        answers = [
            await casebook.try_to(DELETE, officer, id=incident["id"]),
            await casebook.try_to(EDIT, officer, id=incident["id"], expectedVersion=2, title="Still here"),
            await casebook.try_to(MOVE, officer, id=incident["id"], status={"code": "closed"}),
        ]

    assert [[error["code"] for error in answer["errors"]] for answer in answers] == [["NOT_FOUND"]] * 3


async def test_a_stale_version_gets_the_current_state_and_deletes_nothing(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    await casebook.move(officer, incident, "triage")

    async with casebook.unchanged():
        payload = await casebook.try_to(DELETE, officer, id=incident["id"], expectedVersion=1)

    assert (payload["deletedId"], payload["incident"]) == (None, {"id": incident["id"], "version": 2})
    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("CONFLICT", ["expectedVersion"])]


async def test_deleting_takes_its_own_right(casebook: Casebook) -> None:
    incident = await casebook.register(casebook.officer(casebook.acme))
    everything_else = casebook.officer(casebook.acme, without=["delete"])

    async with casebook.unchanged():
        answers = [
            await casebook.try_to(DELETE, actor, id=incident["id"])
            for actor in (everything_else, casebook.reader(casebook.acme))
        ]

    assert [[error["code"] for error in answer["errors"]] for answer in answers] == [["DENIED"]] * 2


async def test_foreign_and_absent_incidents_are_refused_with_the_same_words(casebook: Casebook) -> None:
    foreign = await casebook.register(casebook.officer(casebook.north))
    officer = casebook.officer(casebook.acme)

    async with casebook.unchanged():
        answers = [await casebook.try_to(DELETE, officer, id=id) for id in (foreign["id"], str(uuid4()))]

    assert answers[0] == answers[1]
    assert [(error["code"], error["field"]) for error in answers[0]["errors"]] == [("NOT_FOUND", ["id"])]
