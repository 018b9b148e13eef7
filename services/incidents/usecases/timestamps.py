"""What adding, editing and removing the moments that a directory defines share."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.incidents.persistence.timestamp_rows import TimestampRow

DIRECTORY: Final = "timestamp"
TIMESTAMP: Final = "The timestamp was"
TOLD: Final = ("definition_id", "at", "precision", "origin")


async def definitions_told(incident: UUID, session: AsyncSession) -> Collection[UUID]:
    """Of which definitions the incident, which the caller holds, tells a moment."""
    wanted = select(TimestampRow.definition_id).where(TimestampRow.incident_id == incident)
    return set(await session.scalars(wanted))
