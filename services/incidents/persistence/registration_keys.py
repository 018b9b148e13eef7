"""Registering once, however often it is asked: the keys under which callers register."""

import hashlib
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from services.incidents.persistence.rows import IncidentRow

# The locks are taken in the order of the array: one order for everybody, so that two never wait for one another.
_LOCK = text("select count(pg_advisory_xact_lock(number)) from unnest(cast(:numbers as bigint[])) as number")


async def claim(keys: Collection[str], actor: Actor, session: AsyncSession) -> dict[str, IncidentRow]:
    """What the actor has registered under `keys`, by key, also where it is deleted or out of sight by now.

    Until the commit nobody else registers under them: a request that repeats this one waits, and then finds its row.
    """
    if not keys:
        return {}
    await session.execute(_LOCK, {"numbers": sorted({_lock_number(actor.id, key) for key in keys})})
    statement = select(IncidentRow).where(
        IncidentRow.registered_by_id == actor.id, IncidentRow.registration_key == func.any(list(keys))
    )
    return {row.registration_key or "": row for row in await session.scalars(statement)}


def _lock_number(actor: UUID, key: str) -> int:
    digest = hashlib.blake2b(actor.bytes + key.encode(), digest_size=8, person=b"registration")
    return int.from_bytes(digest.digest(), signed=True)
