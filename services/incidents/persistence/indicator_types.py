"""The types of indicators that were merged: what was of the one is of the other."""

from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.incidents.persistence.indicator_rows import IncidentIndicatorRow, IndicatorRow


async def replace_type(old: UUID, new: UUID, session: AsyncSession) -> None:
    """Where an incident has the same value in both types, that of the new one stays."""
    link, twin = IncidentIndicatorRow, aliased(IncidentIndicatorRow)
    both = exists().where(twin.incident_id == link.incident_id, twin.digest == link.digest, twin.type_id == new)
    await session.execute(delete(link).where(link.type_id == old, both))
    of, same = aliased(IndicatorRow), aliased(IndicatorRow)
    known = (
        select(same.id)
        .join(of, (of.company_id == same.company_id) & (of.digest == same.digest))
        .where(of.id == link.indicator_id, same.type_id == new)
        .where(same.incident_id.is_not_distinct_from(of.incident_id))
        .scalar_subquery()
    )
    moved = update(link).where(link.type_id == old, known.is_not(None))
    await session.execute(moved.values(indicator_id=known, type_id=new), execution_options=_UNSYNCHRONIZED)
    await session.execute(update(link).where(link.type_id == old).values(type_id=new))
    await session.execute(update(IndicatorRow).where(IndicatorRow.type_id == old).values(type_id=new))


_UNSYNCHRONIZED = {"synchronize_session": False}
