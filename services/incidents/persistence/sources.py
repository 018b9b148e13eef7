"""Registering once what another system tells of, whoever brings it: by company, system, and the id it has there.

Only incidents that the whole company sees hold their source. A restricted one is found again by who registered it;
for everybody else it does not exist, and what tells of the same thing is registered anew.
"""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, Self
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from chassis.access import Actor
from services.incidents.persistence.rows import IncidentRow, SourceRow

# In the order of the array: one order for everybody, so that two never wait for one another.
_LOCK = text("select count(pg_advisory_xact_lock(number)) from unnest(cast(:numbers as bigint[])) as number")


class Source(NamedTuple):
    company_id: UUID
    system: str
    external_id: str

    @classmethod
    def of(cls, incident: IncidentRow) -> Self | None:
        if incident.source_system is None or incident.source_external_id is None:
            return None
        return cls(incident.company_id, incident.source_system, incident.source_external_id)

    def lock_number(self) -> int:
        told = "\x00".join((str(self.company_id), self.system, self.external_id)).encode()
        return int.from_bytes(hashlib.blake2b(told, digest_size=8, person=b"source").digest(), signed=True)


async def claim(wanted: Collection[Source], actor: Actor, session: AsyncSession) -> dict[Source, IncidentRow | None]:
    """The sources that are registered, with their incident where the transaction may read it.

    Until the commit nobody else registers the others.
    """
    if not wanted:
        return {}
    await session.execute(_LOCK, {"numbers": sorted({each.lock_number() for each in wanted})})
    held = select(SourceRow).where(_are(SourceRow.company_id, SourceRow.system, SourceRow.external_id, among=wanted))
    taken = {Source(row.company_id, row.system, row.external_id): row.holder_id for row in await session.scalars(held)}
    named = _are(IncidentRow.company_id, IncidentRow.source_system, IncidentRow.source_external_id, among=wanted)
    own = named & (IncidentRow.registered_by_id == actor.id)
    readable = await session.scalars(select(IncidentRow).where(or_(own, IncidentRow.id.in_(taken.values()))))
    found: dict[Source, IncidentRow | None] = dict.fromkeys(taken)
    return found | {source: row for row in readable if (source := Source.of(row)) is not None}


async def hold(incidents: Sequence[IncidentRow], session: AsyncSession) -> None:
    """Writes down the sources of stored incidents, of those that are not restricted."""
    rows = [
        {**source._asdict(), "holder_id": incident.id}
        for incident in incidents
        if not incident.restricted and (source := Source.of(incident)) is not None
    ]
    if rows:
        await session.execute(insert(SourceRow).on_conflict_do_nothing(), rows)


async def follow(incident: IncidentRow, session: AsyncSession) -> None:
    """What is restricted now gives its source back; what is opened takes it, unless another incident has it."""
    if Source.of(incident) is None:
        return
    if incident.restricted:
        await session.execute(delete(SourceRow).where(SourceRow.holder_id == incident.id))
    else:
        await hold([incident], session)


def _are(*columns: InstrumentedAttribute[Any], among: Collection[Source]) -> ColumnElement[bool]:
    return tuple_(*columns).in_([tuple(each) for each in among])
