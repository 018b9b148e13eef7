"""What stands in incidents already, and which types their companies may choose: what proposals are held against."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.indicator_rows import IncidentIndicatorRow
from services.incidents.persistence.rows import DirectoryRef

INDICATOR_TYPE = "indicator_type"
Identity: TypeAlias = tuple[UUID, UUID]
"""The type and the digest: what tells which indicator of a company it is."""


async def linked(incidents: Collection[UUID], session: AsyncSession, actor: Actor) -> dict[UUID, set[Identity]]:
    """Of the incidents that the actor sees; one statement."""
    link = IncidentIndicatorRow
    seen = Incidents(session, actor).visible_ids(incidents)
    found: dict[UUID, set[Identity]] = {}
    columns = select(link.incident_id, link.type_id, link.digest).where(link.incident_id.in_(seen))
    for incident, type_id, digest in await session.execute(columns):
        found.setdefault(incident, set()).add((type_id, digest))
    return found


async def types_by_code(companies: Collection[UUID], session: AsyncSession) -> dict[UUID, dict[str, UUID]]:
    """Of each company those that may be chosen today, its own before everybody's; one statement."""
    shared = DirectoryRef.company_id.is_(None)
    wanted = select(DirectoryRef).where(
        DirectoryRef.kind == INDICATOR_TYPE, or_(shared, DirectoryRef.company_id == func.any(list(companies)))
    )
    today = datetime.now(UTC).date()
    rows = [row for row in await session.scalars(wanted) if row.choosable(today)]
    everybodys = {row.code: row.id for row in rows if row.company_id is None}
    return {each: everybodys | {row.code: row.id for row in rows if row.company_id == each} for each in companies}
