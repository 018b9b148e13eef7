"""API keys, found by their prefix and compared by the SHA-256 of the whole key."""

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from chassis.errors import NotFound
from chassis.identifiers import uuid7
from chassis.paging import Place, SortKey, paged
from services.access.domain.key_limits import NARROWED, NO_LIMITS, KeyLimits
from services.access.domain.secrets import NewKey, digest
from services.access.persistence.rows import ApiKeyRow, UserRow
from services.access.persistence.sight import containing, managed_by


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyFilter:
    """None means no condition; an empty collection lets nothing through."""

    user_ids: Collection[UUID] | None = None
    search: str | None = None
    revoked: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.user_ids is not None:
            found.append(ApiKeyRow.user_id == func.any(list(self.user_ids)))
        if self.search is not None:
            found.append(containing(self.search, ApiKeyRow.name, ApiKeyRow.prefix))
        if self.revoked is not None:
            found.append(ApiKeyRow.revoked_at.is_not(None) if self.revoked else ApiKeyRow.revoked_at.is_(None))
        return found


class ApiKeys:
    """The keys of the users in the actor's care, and of the actor."""

    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def page(self, wanted: ApiKeyFilter, first: int, after: Place | None) -> Sequence[ApiKeyRow]:
        """Up to `first` + 1 rows by name, from the place of a name and an id."""
        statement = self._visible().where(*wanted.conditions())
        by_name = (SortKey(ApiKeyRow.name), SortKey(ApiKeyRow.id))
        return (await self._session.scalars(paged(statement, by_name, first, after))).all()

    async def count(self, wanted: ApiKeyFilter) -> int:
        statement = self._visible().where(*wanted.conditions()).with_only_columns(func.count(ApiKeyRow.id))
        return await self._session.scalar(statement) or 0

    async def lock(self, key_id: UUID) -> ApiKeyRow:
        """Raises NotFound when it is absent or out of the actor's sight."""
        found = await self._session.scalar(self._visible().where(ApiKeyRow.id == key_id).with_for_update(of=ApiKeyRow))
        if found is None:
            raise NotFound("The API key was", field=("id",))
        return found

    def _visible(self) -> Select[ApiKeyRow]:
        return select(ApiKeyRow).join(UserRow, UserRow.id == ApiKeyRow.user_id).where(managed_by(self._actor))


async def add_key(
    key: NewKey,
    *,
    user_id: UUID,
    name: str,
    created_by: UUID,
    expires_at: datetime | None,
    limits: KeyLimits,
    session: AsyncSession,
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
        version=1,
        permissions=None if limits.permissions is None else sorted(limits.permissions),
        company_ids=None if limits.companies is None else sorted(limits.companies),
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
    if found is None or not _opens(found[0], key_digest):
        return None
    return found[0], found[1]


def _opens(key: ApiKeyRow, key_digest: str) -> bool:
    """By its secret, or by the one before while that still holds."""
    if hmac.compare_digest(key.digest, key_digest):
        return True
    if key.previous_digest is None or key.previous_until is None or key.previous_until <= datetime.now(UTC):
        return False
    return hmac.compare_digest(key.previous_digest, key_digest)


async def touch_key(key_id: UUID, session: AsyncSession) -> None:
    await session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id).values(last_used_at=func.now()))


async def keys_of(user_id: UUID, session: AsyncSession) -> list[ApiKeyRow]:
    """Those that are not revoked, oldest first."""
    held = (ApiKeyRow.user_id == user_id, ApiKeyRow.revoked_at.is_(None))
    return list(await session.scalars(select(ApiKeyRow).where(*held).order_by(ApiKeyRow.id)))


async def limits_of(credential: UUID | None, session: AsyncSession) -> KeyLimits:
    """Those of the key of this id; none for a session. Who shows a narrowed token makes no key at all."""
    if credential is None:
        return NO_LIMITS
    if credential == NARROWED:
        return KeyLimits(permissions=frozenset())
    limits = select(ApiKeyRow.permissions, ApiKeyRow.company_ids).where(ApiKeyRow.id == credential)
    found = (await session.execute(limits)).first()
    return NO_LIMITS if found is None else KeyLimits.of(found.permissions, found.company_ids)


async def revoke_keys_of(user_id: UUID, session: AsyncSession) -> None:
    held = (ApiKeyRow.user_id == user_id, ApiKeyRow.revoked_at.is_(None))
    await session.execute(update(ApiKeyRow).where(*held).values(revoked_at=func.now(), version=ApiKeyRow.version + 1))
