"""Walking the chains of the histories of incidents, deleted ones too."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.incidents.domain.chain import Link
from services.incidents.persistence.rows import ChangeRow, DirectoryRef, IncidentRow

_AT_ONCE = 1_000


@dataclass(slots=True)
class Chain:
    """The history of an incident, oldest first; `last` is the hash that its row says it ends with, or nothing.

    `row` has the columns of the incident as JSON, where its history is there from the beginning.
    """

    incident: UUID
    last: str
    row: dict[str, Any] | None
    links: list[Link] = field(default_factory=list)


async def chains(session: AsyncSession, reference: str | None = None) -> AsyncIterator[Chain]:
    """Of all incidents, or of one. A single statement: what is written meanwhile is in it wholly or not at all."""
    whole = case((ChangeRow.sequence == 1, func.to_jsonb(literal_column(IncidentRow.__tablename__))))
    statement = (
        select(IncidentRow.id, IncidentRow.history_hash, ChangeRow, whole)
        .outerjoin(ChangeRow, ChangeRow.incident_id == IncidentRow.id)
        .order_by(IncidentRow.id, ChangeRow.sequence)
        .execution_options(yield_per=_AT_ONCE)
    )
    if reference is not None:
        statement = statement.where(IncidentRow.reference == reference)
    chain: Chain | None = None
    async for incident, last, entry, row in await session.stream(statement):
        if chain is None or chain.incident != incident:
            if chain is not None:
                yield chain
            chain = Chain(incident, (last or b"").hex(), row)
        if entry is not None:
            chain.links.append(entry.link)
    if chain is not None:
        yield chain


async def merged_entries(session: AsyncSession) -> dict[str, str]:
    """What entries of directories were merged into, by id."""
    wanted = select(DirectoryRef.id, DirectoryRef.merged_into_id).where(DirectoryRef.merged_into_id.is_not(None))
    return {str(old): str(new) for old, new in await session.execute(wanted)}
