"""What other services may know of incidents for their own projections."""

from sqlalchemy import select

from chassis.database import Database
from chassis.publication import Publication, TablePublication
from services.incidents.persistence.rows import IncidentRow

_PUBLISHED = select(
    IncidentRow.id,
    IncidentRow.sequence.label("version"),
    IncidentRow.company_id,
    IncidentRow.reference,
    IncidentRow.responsible_id,
    IncidentRow.restricted,
    IncidentRow.members.label("member_ids"),
    IncidentRow.deleted_at.is_not(None).label("deleted"),
    IncidentRow.held,
)


def incidents(database: Database) -> Publication:
    return TablePublication(database, _PUBLISHED, id=IncidentRow.id)
