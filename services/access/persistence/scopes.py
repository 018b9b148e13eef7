"""Scopes too large to travel, kept under their digest while somebody is being given them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Scope
from services.access.persistence.rows import ScopeRow

_KEPT = timedelta(days=7)  # a digest travels for a minute; this only bounds the table


async def remember_scope(scope: Scope, session: AsyncSession) -> None:
    statement = insert(ScopeRow).values(digest=scope.digest(), claims=scope.to_claims(), last_given_at=func.now())
    await session.execute(
        statement.on_conflict_do_update(index_elements=[ScopeRow.digest], set_={"last_given_at": func.now()})
    )


async def find_scope(digest: str, session: AsyncSession) -> dict[str, Any] | None:
    row = await session.get(ScopeRow, digest)
    return None if row is None else row.claims


async def forget_old_scopes(session: AsyncSession) -> None:
    await session.execute(delete(ScopeRow).where(ScopeRow.last_given_at < func.now() - _KEPT))
