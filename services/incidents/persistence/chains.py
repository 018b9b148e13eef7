"""Walking the chains of the histories of incidents, deleted ones too."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.incidents.domain.chain import Link
from services.incidents.persistence.rows import ChangeRow, IncidentRow

_AT_ONCE = 1_000


@dataclass(slots=True)
class Chain:
    """The history of an incident, oldest first; `last` is the hash that its row says it ends with, or nothing."""

    incident: UUID
    last: str
    links: list[Link] = field(default_factory=list)


async def chains(session: AsyncSession, reference: str | None = None) -> AsyncIterator[Chain]:
    """Of all incidents, or of one. A single statement: what is written meanwhile is in it wholly or not at all."""
    statement = (
        select(IncidentRow.id, IncidentRow.history_hash, ChangeRow)
        .outerjoin(ChangeRow, ChangeRow.incident_id == IncidentRow.id)
        .order_by(IncidentRow.id, ChangeRow.sequence)
        .execution_options(yield_per=_AT_ONCE)
    )
    if reference is not None:
        statement = statement.where(IncidentRow.reference == reference)
    chain: Chain | None = None
    async for incident, last, entry in await session.stream(statement):
        if chain is None or chain.incident != incident:
            if chain is not None:
                yield chain
            chain = Chain(incident, (last or b"").hex())
        if entry is not None:
            chain.links.append(entry.link)
    if chain is not None:
        yield chain
