"""The lead of an incident among its roles: the responsible person, whom the incident itself names, for as long."""

from datetime import datetime

from sqlalchemy import select, update

from chassis.database import UnitOfWork
from chassis.identifiers import uuid7
from services.incidents.persistence.role_rows import RoleRow
from services.incidents.persistence.rows import IncidentRow


def begin(incident: IncidentRow, at: datetime, work: UnitOfWork) -> None:
    """Whoever is responsible leads from then on; nobody leads what nobody is responsible for."""
    if incident.responsible_id is None:
        return
    work.session.add(
        RoleRow(
            id=uuid7(),
            incident_id=incident.id,
            company_id=incident.company_id,
            created_at=at,
            created_by_id=work.actor.id,
            version=1,
            role_id=None,
            user_id=incident.responsible_id,
            begun_at=at,
        )
    )


async def turn(incident: IncidentRow, at: datetime, work: UnitOfWork) -> None:
    """Ends the present lead, and begins that of whoever is responsible now."""
    ended = {"ended_at": at, "ended_by_id": work.actor.id, "version": RoleRow.version + 1}
    leading = (RoleRow.incident_id == incident.id, RoleRow.role_id.is_(None), RoleRow.ended_at.is_(None))
    await work.session.execute(update(RoleRow).where(*leading).values(ended), execution_options=_UNSYNCHRONIZED)
    begin(incident, at, work)


async def present(incident: IncidentRow, work: UnitOfWork) -> RoleRow:
    """The lead of an incident that somebody is responsible for, as it is now."""
    leading = (RoleRow.incident_id == incident.id, RoleRow.role_id.is_(None), RoleRow.ended_at.is_(None))
    found = await work.session.scalars(select(RoleRow).where(*leading).execution_options(populate_existing=True))
    return found.one()


_UNSYNCHRONIZED = {"synchronize_session": False}
