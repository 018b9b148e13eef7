"""Who is in which team, and in which department."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import NotFound
from services.access.persistence.rows import TeamMemberRow, TeamRow, UserDepartmentRow, UserRow
from services.access.persistence.sight import works_in


async def require_workers(ids: Collection[UUID], company_id: UUID, session: AsyncSession, *field: str) -> None:
    """Raises NotFound unless all of them hold some right in the company."""
    wanted = set(ids)
    if wanted and len(await _workers(wanted, company_id, session)) != len(wanted):
        raise NotFound("A user was", field=field)


async def lock_worker(user_id: UUID, company_id: UUID, session: AsyncSession, *field: str) -> UserRow:
    """Raises NotFound unless the user holds some right in the company."""
    here = works_in(UserRow.id, [company_id])
    found = await session.scalar(select(UserRow).where(UserRow.id == user_id, here).with_for_update(key_share=True))
    if found is None:
        raise NotFound("A user was", field=field)
    return found


async def members_of(team: TeamRow, session: AsyncSession) -> set[UUID]:
    return set(await session.scalars(select(TeamMemberRow.user_id).where(TeamMemberRow.team_id == team.id)))


async def add_members(team: TeamRow, ids: Collection[UUID], session: AsyncSession) -> None:
    if ids:
        rows = [{"team_id": team.id, "company_id": team.company_id, "user_id": each} for each in ids]
        await session.execute(insert(TeamMemberRow).values(rows))


async def remove_members(team: TeamRow, ids: Collection[UUID], session: AsyncSession) -> None:
    if ids:
        gone = TeamMemberRow.user_id == func.any(list(ids))
        await session.execute(delete(TeamMemberRow).where(TeamMemberRow.team_id == team.id, gone))


async def department_of(user_id: UUID, company_id: UUID, session: AsyncSession) -> UUID | None:
    found: UUID | None = await session.scalar(
        select(UserDepartmentRow.department_id).where(*_place(user_id, company_id))
    )
    return found


async def put_into_department(
    user_id: UUID, company_id: UUID, department_id: UUID | None, session: AsyncSession
) -> None:
    if department_id is None:
        await session.execute(delete(UserDepartmentRow).where(*_place(user_id, company_id)))
        return
    row = insert(UserDepartmentRow).values(user_id=user_id, company_id=company_id, department_id=department_id)
    await session.execute(
        row.on_conflict_do_update(
            index_elements=[UserDepartmentRow.user_id, UserDepartmentRow.company_id],
            set_={"department_id": department_id},
        )
    )


async def _workers(ids: Collection[UUID], company_id: UUID, session: AsyncSession) -> set[UUID]:
    wanted = select(UserRow.id).where(UserRow.id == func.any(list(ids)), works_in(UserRow.id, [company_id]))
    return set(await session.scalars(wanted))


def _place(user_id: UUID, company_id: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return UserDepartmentRow.user_id == user_id, UserDepartmentRow.company_id == company_id
