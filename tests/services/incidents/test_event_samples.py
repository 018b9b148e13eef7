"""The samples of this service's events, made by what really happens."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.incidents.domain import events
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.announce_overdue import announce_overdue
from services.incidents.usecases.purge_incidents import purge_incidents
from services.incidents.usecases.record_disclosure import note_export
from services.incidents.usecases.restore_incident import RestoreIncident, restore_incident
from tests.support.casebook import ADD_COMMENT, DELETE, EDIT, SHOW, SYSTEM, Casebook
from tests.support.contracts import SAMPLES, stale_samples

KINDS = {
    fact.type
    for fact in (
        events.IncidentRegistered,
        events.IncidentUpdated,
        events.IncidentAssigned,
        events.IncidentStatusChanged,
        events.IncidentVisibilityChanged,
        events.IncidentPartChanged,
        events.IncidentPartOverdue,
        events.IncidentDisclosed,
        events.IncidentDeleted,
        events.IncidentRestored,
        events.IncidentPurged,
    )
}


async def test_the_samples_are_current(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(
        officer, type={"code": "fraud.phishing"}, severity={"code": "high"}, responsibleId=str(casebook.ada)
    )
    edit = {"id": incident["id"], "expectedVersion": 1, "description": "Seen twice", "responsibleId": None}
    await casebook.change(EDIT, officer, **edit)
    await casebook.move(officer, incident, "closed")
    await casebook.change(SHOW, officer, id=incident["id"], visibility="RESTRICTED", memberIds=[str(casebook.ada)])
    await casebook.add_task(officer, incident, dueAt="2026-01-01T00:00:00Z")
    said = {"incidentId": incident["id"], "body": "Seen by @Ada", "mentionIds": [str(casebook.ada)]}
    await casebook.try_to(ADD_COMMENT, officer, **said)
    await announce_overdue(casebook.service.database)
    await note_export(incident["reference"], casebook.service.database)
    await casebook.try_to(DELETE, officer, id=incident["id"])
    async with casebook.service.database.work(officer) as work:
        await restore_incident(RestoreIncident(incident_id=UUID(incident["id"])), work)
    await casebook.try_to(DELETE, officer, id=incident["id"])
    async with casebook.service.database.work(SYSTEM) as work:
        row = await work.session.get_one(IncidentRow, UUID(incident["id"]))
        row.deleted_at = datetime.now(UTC) - timedelta(days=31)
    await purge_incidents(casebook.service.database, timedelta(days=30))

    told = await casebook.service.events()

    assert {event.type for event in told} == KINDS
    assert stale_samples("incidents", told) == []


def test_every_event_of_incidents_has_its_sample() -> None:
    assert {file.stem for file in SAMPLES.glob("incident.*.json")} == KINDS
