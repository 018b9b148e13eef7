"""API keys, found by their prefix and compared by the SHA-256 of the whole key."""

import hmac
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import NotFound
from chassis.identifiers import uuid7
from services.access.domain.secrets import NewKey, digest
from services.access.persistence.rows import ApiKeyRow, UserRow


async def add_key(
    key: NewKey, *, user_id: UUID, name: str, created_by: UUID, expires_at: datetime | None, session: AsyncSession
) -> ApiKeyRow:
    row = ApiKeyRow(
        id=uuid7(),
        user_id=user_id,
        name=name,
        prefix=key.prefix,
        digest=digest(key.secret),
        created_by_id=created_by,
        expires_at=expires_at,
        last_used_at=None,
        revoked_at=None,
    )
    session.add(row)
    await session.flush()
    return row


async def find_key(prefix: str, key_digest: str, session: AsyncSession) -> tuple[ApiKeyRow, UserRow] | None:
    """A key that still holds, with its active user."""
    statement = (
        select(ApiKeyRow, UserRow)
        .join(UserRow, UserRow.id == ApiKeyRow.user_id)
        .where(
            ApiKeyRow.prefix == prefix,
            ApiKeyRow.revoked_at.is_(None),
            or_(ApiKeyRow.expires_at.is_(None), ApiKeyRow.expires_at > func.now()),
            UserRow.active,
        )
    )
    found = (await session.execute(statement)).first()
    if found is None or not hmac.compare_digest(found[0].digest, key_digest):
        return None
    return found[0], found[1]


async def touch_key(key_id: UUID, session: AsyncSession) -> None:
    await session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id).values(last_used_at=func.now()))


async def keys_of(user_id: UUID, session: AsyncSession) -> list[ApiKeyRow]:
    """Those that are not revoked, oldest first."""
    held = (ApiKeyRow.user_id == user_id, ApiKeyRow.revoked_at.is_(None))
    return list(await session.scalars(select(ApiKeyRow).where(*held).order_by(ApiKeyRow.id)))


async def lock_key(key_id: UUID, session: AsyncSession) -> ApiKeyRow:
    """Raises NotFound."""
    found = await session.scalar(select(ApiKeyRow).where(ApiKeyRow.id == key_id).with_for_update())
    if found is None:
        raise NotFound("The API key was", field=("id",))
    return found
