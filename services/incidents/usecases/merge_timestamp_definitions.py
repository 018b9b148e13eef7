"""Following the merging of two definitions of timestamps: what told the one tells the other.

An incident that told both keeps the moment of the one that is left; its history tells what the other one was.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from chassis.database import UnitOfWork
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.indicator_types import take_incidents
from services.incidents.persistence.timestamp_rows import TimestampRow
from services.incidents.usecases.parts import last_values, tell_part
from services.incidents.usecases.timestamps import TOLD


async def merge_timestamp_definitions(old: UUID, new: UUID, work: UnitOfWork) -> None:
    """Incidents are taken first, as everybody does who changes what hangs on one. Nobody's right allowed it."""
    same = aliased(TimestampRow)
    both = select(TimestampRow).join(same, same.incident_id == TimestampRow.incident_id)
    doubled = both.where(TimestampRow.definition_id == old, same.definition_id == new)
    expected = await work.session.scalars(doubled)
    incidents = await take_incidents({row.incident_id for row in expected}, work.session)
    for row in await work.session.scalars(doubled.execution_options(populate_existing=True)):
        if row.incident_id in incidents:  # others are taken when this is tried again
            part, said = Part(PartType.TIMESTAMP, row.id), last_values(row, *TOLD)
            tell_part(incidents[row.incident_id], part, Operation.REMOVED, said, work, right=None)
            await work.session.delete(row)
    await work.session.flush()
