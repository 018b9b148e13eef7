"""How an incident stood when: one row for each stretch of time in which status, severity and people were the same.

Figures of the past are read from here, for an incident itself tells only how it stands now.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.incidents.persistence.rows import IncidentRow, IntervalRow

TOLD: Final = frozenset({"status_id", "status_category", "severity_id", "responsible_id", "department_id"})


def begin(incident: IncidentRow, at: datetime, session: AsyncSession) -> None:
    """The incident stands as it does from then on; its sequence tells the stretches apart."""
    session.add(
        IntervalRow(
            incident_id=incident.id,
            sequence=incident.sequence,
            company_id=incident.company_id,
            status_id=incident.status_id,
            category=incident.status_category,
            severity_id=incident.severity_id,
            responsible_id=incident.responsible_id,
            department_id=incident.department_id,
            begun_at=at,
            ended_at=None,
        )
    )


async def turn(incident: IncidentRow, changed: Collection[str], at: datetime, session: AsyncSession) -> None:
    """Ends the present stretch and begins another, when something that it tells of is among `changed`."""
    if TOLD.isdisjoint(changed):
        return
    present = (IntervalRow.incident_id == incident.id, IntervalRow.ended_at.is_(None))
    await session.execute(update(IntervalRow).where(*present).values(ended_at=at))
    begin(incident, at, session)
