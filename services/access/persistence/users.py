"""Finding and keeping users, always through the eyes of one actor."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor, Everywhere
from chassis.errors import NotFound
from chassis.paging import Place, SortKey, paged
from services.access.domain import permissions
from services.access.persistence.rows import UserRow
from services.access.persistence.sight import containing, managed_by, works_in

_BY_NAME: Final = (SortKey(UserRow.name), SortKey(UserRow.id))


@dataclass(frozen=True, slots=True)
class SeenUser:
    """A user, and whether the actor may know more than the name."""

    row: UserRow
    in_detail: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFilter:
    company_ids: Collection[UUID] | None = None
    search: str | None = None


async def hold_active(user_id: UUID, session: AsyncSession, *proven: ColumnElement[bool]) -> bool:
    """Whether the user is active, and `proven` still holds; both stay so until the transaction ends."""
    wanted = select(UserRow.id).where(UserRow.id == user_id, UserRow.active, *proven)
    return await session.scalar(wanted.with_for_update(read=True)) is not None


class Users:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def by_ids(self, ids: Collection[UUID]) -> dict[UUID, SeenUser]:
        """Everyone who exists: whoever holds a reference may know the name."""
        statement = select(UserRow, self._managed().label("managed")).where(UserRow.id == func.any(list(ids)))
        return {user.id: SeenUser(user, managed) for user, managed in await self._session.execute(statement)}

    async def get(self, user_id: UUID, *field: str) -> UserRow:
        """Raises NotFound unless the actor manages the user or is the user."""
        return (await self.get_all([user_id], *field))[0]

    async def get_all(self, ids: Collection[UUID], *field: str) -> list[UserRow]:
        found = (await self.by_ids(set(ids))).values() if ids else ()
        seen = [user.row for user in found if user.in_detail]
        if len(seen) != len(set(ids)):
            raise NotFound("A user was", field=field)
        return seen

    async def page(self, wanted: UserFilter, first: int, after: Place | None) -> Sequence[UserRow]:
        """Up to `first` + 1 managed users by name, from the place of a name and an id."""
        statement = select(UserRow).where(self._managed(), *self._conditions(wanted))
        return (await self._session.scalars(paged(statement, _BY_NAME, first, after))).all()

    async def count(self, wanted: UserFilter) -> int:
        statement = select(func.count(UserRow.id)).where(self._managed(), *self._conditions(wanted))
        return await self._session.scalar(statement) or 0

    async def add(self, values: dict[str, Any]) -> UserRow | None:
        """None when the mail address is taken."""
        return await self._session.scalar(insert(UserRow).values(values).on_conflict_do_nothing().returning(UserRow))

    async def lock(self, user_id: UUID, *field: str) -> UserRow:
        """Raises NotFound unless the actor manages the user or is the user.

        What only refers to the user, such as a session, may come meanwhile.
        """
        wanted = select(UserRow).where(UserRow.id == user_id, self._managed())
        found = await self._session.scalar(wanted.with_for_update(key_share=True))
        if found is None:
            raise NotFound("A user was", field=field)
        return found

    async def mail_taken(self, mail: str, *, by_other_than: UUID) -> bool:
        """In whatever case, also by a user out of sight: an address signs one user in."""
        found = select(UserRow.id).where(func.lower(UserRow.email) == func.lower(mail), UserRow.id != by_other_than)
        return await self._session.scalar(found) is not None

    async def raise_versions(self, ids: Collection[UUID]) -> None:
        """Tells readers that the rights of these users are others now. Locked in one order for everybody."""
        wanted = select(UserRow.id).where(UserRow.id == func.any(list(ids))).order_by(UserRow.id)
        await self._session.execute(wanted.with_for_update(key_share=True))
        await self._session.execute(
            update(UserRow).where(UserRow.id == func.any(list(ids))).values(version=UserRow.version + 1)
        )

    def _conditions(self, wanted: UserFilter) -> list[ColumnElement[bool]]:
        found = [] if wanted.search is None else [containing(wanted.search, UserRow.name, UserRow.email)]
        if wanted.company_ids is None:
            return found
        managed = self._actor.companies(permissions.MANAGE)
        named = frozenset(wanted.company_ids)
        return [*found, works_in(UserRow.id, named if isinstance(managed, Everywhere) else named & managed)]

    def _managed(self) -> ColumnElement[bool]:
        return managed_by(self._actor)
