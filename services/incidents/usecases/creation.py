"""The moment an incident comes into being: its row, its first history entry and its event."""

from datetime import datetime
from typing import Any

from chassis.database import UnitOfWork
from chassis.identifiers import uuid7
from services.incidents.domain.events import IncidentRegistered
from services.incidents.domain.references import reference
from services.incidents.persistence.changes import record
from services.incidents.persistence.rows import CompanyRef, IncidentRow

_SHOWN_BY_ITSELF = ("registration_key", "status_category")


def create(company: CompanyRef, values: dict[str, Any], number: int, now: datetime, work: UnitOfWork) -> IncidentRow:
    incident = IncidentRow(
        **values,
        id=uuid7(),
        company_id=company.id,
        reference=reference(company.code, now.year, number),
        registered_by_id=work.actor.id,
        registered_at=now,
        updated_at=now,
        version=1,
        sequence=1,
    )
    work.session.add(incident)
    first = {name: (None, value) for name, value in values.items() if value and name not in _SHOWN_BY_ITSELF}
    record(incident, "REGISTERED", first, work)
    work.emit(_fact(incident), subject=incident.id, company=incident.company_id, sequence=incident.sequence)
    return incident


def _fact(incident: IncidentRow) -> IncidentRegistered:
    return IncidentRegistered(
        incident_id=incident.id,
        reference=incident.reference,
        status_id=incident.status_id,
        status_category=incident.status_category,
        classification_id=incident.classification_id,
        type_id=incident.type_id,
        severity_id=incident.severity_id,
        responsible_id=incident.responsible_id,
        version=incident.version,
    )
