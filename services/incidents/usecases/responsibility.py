"""Giving an incident to somebody: the responsible person is the lead among its roles, and told of it."""

from datetime import datetime
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain import permissions
from services.incidents.domain.events import IncidentAssigned
from services.incidents.domain.visibility import with_members
from services.incidents.persistence import leads
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases import stamping, versions
from services.incidents.usecases.audience import show_to
from services.incidents.usecases.relations import RESPONSIBLE


async def assign(
    incident: IncidentRow, person: UUID | None, now: datetime, work: UnitOfWork, *, field: str = RESPONSIBLE
) -> None:
    """To a person who may have it, or to nobody. The caller turns the stretches of how the incident stood.

    Raises Invalid naming `field` where one member more were too many.
    """
    before = incident.responsible_id
    _confide(incident, person, now, work, field)
    stamped = {} if person is None else stamping.on_assigning(incident, now, work.actor.id)
    changes = {RESPONSIBLE: (before, person)} | versions.changed_values(incident, stamped)
    versions.write(incident, "ASSIGNED", changes, now, work, right=permissions.EDIT)
    versions.tell(incident, _fact(incident, before, person), work)
    await leads.turn(incident, now, work)


def _confide(incident: IncidentRow, responsible: UUID | None, now: datetime, work: UnitOfWork, field: str) -> None:
    """Whoever is to work a restricted incident becomes a member before being told of it."""
    if incident.restricted and responsible is not None:
        members = with_members(incident.members, [responsible], field=field)
        show_to(incident, incident.visibility, members, now, work)


def _fact(incident: IncidentRow, before: UUID | None, after: UUID | None) -> IncidentAssigned:
    return IncidentAssigned(
        incident_id=incident.id, reference=incident.reference, before=before, after=after, version=incident.version
    )
