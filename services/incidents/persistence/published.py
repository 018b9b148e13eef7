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

_FACTS = select(
    IncidentRow.id,
    IncidentRow.sequence.label("version"),
    IncidentRow.company_id,
    IncidentRow.reference,
    IncidentRow.title,
    IncidentRow.tlp,
    IncidentRow.restricted,
    IncidentRow.members.label("member_ids"),
    IncidentRow.deleted_at.is_not(None).label("deleted"),
    IncidentRow.registered_at,
    IncidentRow.status_id,
    IncidentRow.severity_id,
    IncidentRow.type_id,
    IncidentRow.classification_id,
).where(IncidentRow.purged_at.is_(None))


def incidents(database: Database) -> Publication:
    return TablePublication(database, _PUBLISHED, id=IncidentRow.id)


def facts(database: Database) -> Publication:
    """What may stand in mails about them, for who sends mails and keeps none of it; purged ones are not there."""
    return TablePublication(database, _FACTS, id=IncidentRow.id)
