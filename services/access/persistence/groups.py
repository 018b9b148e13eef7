"""Finding and keeping groups, always through the eyes of one actor."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, text, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import EVERY_COMPANY, Actor, Companies, Everywhere
from chassis.database import UnitOfWork
from chassis.errors import NotFound
from chassis.paging import Place, SortKey, paged
from services.access.domain import permissions
from services.access.domain.rights import Grant
from services.access.persistence.rows import GroupCompanyRow, GroupMemberRow, GroupRow

_SEE_ALL: Final = text("select set_config('app.view_all', 'on', true)")
_SEE_SOME: Final = text("select set_config('app.view_all', '', true)")


class Groups:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def lock(self, group_id: UUID) -> GroupRow:
        """Raises NotFound when it is absent or out of the actor's sight."""
        found = await self._session.scalar(self._visible().where(GroupRow.id == group_id).with_for_update())
        if found is None:
            raise NotFound("The group was", field=("id",))
        return found

    async def page(self, first: int, after: Place | None) -> Sequence[GroupRow]:
        """Up to `first` + 1 rows by name, from the place of a name and an id."""
        by_name = (SortKey(GroupRow.name), SortKey(GroupRow.id))
        return (await self._session.scalars(paged(self._visible(), by_name, first, after))).all()

    async def count(self) -> int:
        return await self._session.scalar(self._visible().with_only_columns(func.count(GroupRow.id))) or 0

    async def name_taken(self, name: str, *, by_other_than: UUID | None = None) -> bool:
        """By a group in sight: that there is one out of sight is not told."""
        found = self._visible().where(GroupRow.name == name, GroupRow.id.is_distinct_from(by_other_than))
        return await self._session.scalar(found.limit(1)) is not None

    async def companies(self, group: GroupRow) -> Companies:
        if group.every_company:
            return EVERY_COMPANY
        found = select(GroupCompanyRow.company_id).where(GroupCompanyRow.group_id == group.id)
        return frozenset(await self._session.scalars(found))

    async def members(self, group: GroupRow) -> set[UUID]:
        found = select(GroupMemberRow.user_id).where(GroupMemberRow.group_id == group.id)
        return set(await self._session.scalars(found))

    async def add_companies(self, group: GroupRow, ids: Collection[UUID]) -> None:
        if ids:
            rows = [{"group_id": group.id, "company_id": each} for each in ids]
            await self._session.execute(insert(GroupCompanyRow).values(rows))

    async def remove_companies(self, group: GroupRow, ids: Collection[UUID]) -> None:
        if ids:
            gone = GroupCompanyRow.company_id == func.any(list(ids))
            await self._session.execute(delete(GroupCompanyRow).where(GroupCompanyRow.group_id == group.id, gone))

    async def add_members(self, group: GroupRow, ids: Collection[UUID]) -> None:
        if ids:
            rows = [{"group_id": group.id, "user_id": each} for each in ids]
            await self._session.execute(insert(GroupMemberRow).values(rows))

    async def remove_members(self, group: GroupRow, ids: Collection[UUID]) -> None:
        if ids:
            gone = GroupMemberRow.user_id == func.any(list(ids))
            await self._session.execute(delete(GroupMemberRow).where(GroupMemberRow.group_id == group.id, gone))

    async def write(self, group: GroupRow, values: Mapping[str, Any]) -> None:
        """New values of columns, and the next version."""
        for name, value in values.items():
            setattr(group, name, value)
        group.version += 1
        await self._session.flush()

    async def delete(self, group: GroupRow) -> None:
        """In one statement: who may delete the group is told by its companies, which must still be there then."""
        members = delete(GroupMemberRow).where(GroupMemberRow.group_id == group.id).cte("members")
        companies = delete(GroupCompanyRow).where(GroupCompanyRow.group_id == group.id).cte("companies")
        gone = delete(GroupRow).where(GroupRow.id == group.id).returning(GroupRow.id)
        self._session.expunge(group)
        await self._session.execute(gone.add_cte(members, companies), execution_options={"synchronize_session": False})

    def _visible(self) -> Select[GroupRow]:
        """A group is in sight of who manages one of its companies; decided here and nowhere else."""
        return select(GroupRow).where(_managed(self._actor.companies(permissions.MANAGE)))


async def hold_groups(ids: Collection[UUID], session: AsyncSession) -> Sequence[UUID]:
    """Those that are there, held until the transaction ends; taken in one order for everybody."""
    held = select(GroupRow.id).where(GroupRow.id == func.any(list(ids))).order_by(GroupRow.id).with_for_update()
    return (await session.scalars(held)).all() if ids else []


async def grants_of(user_id: UUID, session: AsyncSession) -> list[Grant]:
    """What the user's groups give, one statement."""
    return (await grants_of_each([user_id], session)).get(user_id, [])


async def grants_of_each(user_ids: Collection[UUID], session: AsyncSession) -> dict[UUID, list[Grant]]:
    """The same for several, one statement too; who is in no group is not among them."""
    listed = func.array_agg(GroupCompanyRow.company_id).filter(GroupCompanyRow.company_id.is_not(None))
    statement = (
        select(GroupMemberRow.user_id, GroupRow.permissions, GroupRow.every_company, listed.label("companies"))
        .join(GroupRow, GroupMemberRow.group_id == GroupRow.id)
        .outerjoin(GroupCompanyRow, GroupCompanyRow.group_id == GroupRow.id)
        .where(GroupMemberRow.user_id == func.any(list(user_ids)))
        .group_by(GroupMemberRow.user_id, GroupRow.id)
    )
    found: dict[UUID, list[Grant]] = {}
    for row in await session.execute(statement):
        companies = EVERY_COMPANY if row.every_company else frozenset(row.companies or ())
        found.setdefault(row.user_id, []).append(Grant(frozenset(row.permissions), companies))
    return found


async def all_grants_of(user_id: UUID, work: UnitOfWork) -> list[Grant]:
    """The same, also what is given in companies out of the actor's sight, which the walls of the tables would hide.

    For decisions only: whoever may do more than the actor must not seem to do less. Nothing else runs meanwhile.
    """
    if isinstance(work.actor.anywhere(), Everywhere):
        return await grants_of(user_id, work.session)
    await work.session.flush()
    await work.session.execute(_SEE_ALL)
    found = await grants_of(user_id, work.session)
    await work.session.execute(_SEE_SOME)
    return found


async def shows_module_link(user_id: UUID, session: AsyncSession) -> bool:
    """Whether one of the user's groups shows the module on the home page."""
    shown = exists().where(
        GroupMemberRow.user_id == user_id, GroupRow.id == GroupMemberRow.group_id, GroupRow.shows_module_link
    )
    return bool(await session.scalar(select(shown)))


def _managed(companies: Companies) -> ColumnElement[bool]:
    if isinstance(companies, Everywhere):
        return true()
    return exists().where(
        GroupCompanyRow.group_id == GroupRow.id, GroupCompanyRow.company_id == func.any(list(companies))
    )
