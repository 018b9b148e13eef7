"""The moment an incident comes into being: its row with its first history entry, and then its event."""

from datetime import datetime
from typing import Any

from chassis.database import UnitOfWork
from chassis.identifiers import uuid7
from services.incidents.domain.events import IncidentRegistered
from services.incidents.domain.lifecycle import StatusCategory, permission_to_begin
from services.incidents.domain.references import reference
from services.incidents.domain.visibility import Visibility
from services.incidents.domain.vocabulary import Channel, Kind, Pap, Tlp
from services.incidents.persistence import intervals, leads
from services.incidents.persistence.changes import new_entry
from services.incidents.persistence.rows import ChangeRow, IncidentRow
from services.incidents.usecases import timestamps
from services.incidents.usecases.acceptance import Accepted
from services.incidents.usecases.versions import tell

_USUAL = {
    "visibility": Visibility.COMPANY,
    "members": [],
    "kind": Kind.INCIDENT.value,
    "tlp": Tlp.AMBER.value,
    "pap": Pap.AMBER.value,
    "impact_areas": [],
    "source_channel": Channel.API.value,
    "reopen_count": 0,
}
_UNSHOWN = ("registration_key", "status_category")  # the caller's own mark, and what the status says anyway
_EMPTY: tuple[Any, ...] = (None, [], {})


def create(accepted: Accepted, number: int, now: datetime, work: UnitOfWork) -> tuple[IncidentRow, ChangeRow]:
    """Not stored yet: first the row, for the walls let nobody write the history of what is not there."""
    company, values = accepted.company, accepted.values
    incident = IncidentRow(
        **_USUAL | values,
        id=uuid7(),
        company_id=company.id,
        reference=reference(company.code, now.year, number),
        registered_by_id=work.actor.id,
        registered_at=now,
        updated_at=now,
        version=1,
        sequence=1,
    )
    first = {name: (None, value) for name, value in values.items() if value not in _EMPTY and name not in _UNSHOWN}
    if accepted.timestamps:
        first[timestamps.FIRST] = (None, timestamps.in_history(accepted.timestamps))
    right = permission_to_begin(StatusCategory(values["status_category"]))
    return incident, new_entry(incident, "REGISTERED", first, right, work)


def tell_of(incident: IncidentRow, accepted: Accepted, work: UnitOfWork) -> None:
    intervals.begin(incident, incident.registered_at, work.session)
    leads.begin(incident, incident.registered_at, work)
    timestamps.begin(incident, accepted.timestamps, work.session)
    tell(incident, _fact(incident), work)


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
        visibility=incident.visibility.value,
        member_ids=tuple(incident.members),
        version=incident.version,
    )
