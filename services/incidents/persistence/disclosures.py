"""Under which keys other services told that something of an incident was taken out."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.incidents.persistence.rows import Base, IncidentRow


class DisclosureRow(Base):
    """That it was told under that key; the history tells what it was."""

    __tablename__ = "incident_disclosure"

    incident_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]


async def first_told(incident: IncidentRow, key: UUID, session: AsyncSession) -> bool:
    """Whether nothing was told of the incident, which the caller holds, under that key before."""
    told = insert(DisclosureRow).values(incident_id=incident.id, key=key, company_id=incident.company_id)
    return await session.scalar(told.on_conflict_do_nothing().returning(DisclosureRow.key)) is not None
