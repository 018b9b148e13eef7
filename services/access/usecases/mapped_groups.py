"""Memberships as a provider tells them: of the groups that a mapping names, and of no others."""

from collections.abc import Collection
from uuid import UUID

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import UnitOfWork
from chassis.errors import Refusal
from services.access.persistence.groups import hold_groups
from services.access.persistence.rows import GroupMemberRow, GroupRow
from services.access.usecases.edit_group import EditGroup, edit_group

_log = structlog.get_logger(__name__)


async def keep_memberships(user_id: UUID, managed: Collection[str], groups: Collection[str], work: UnitOfWork) -> None:
    """Of `managed`, names or ids of groups, the user is in just those of `groups` afterwards.

    What an administrator could not do is not done either, and the log tells: a group that is not there, or the last
    administrator who would be taken out. The rest is.

    All groups are held before the user is, as whoever edits one of them does, and before the user's sessions: with two
    of them the second would be waited for with the user in hand, by whose editor the user is waited for.
    """
    found = await _resolve(managed, work.session)
    wanted = {found[name] for name in groups if name in found}
    held = set(await work.session.scalars(select(GroupMemberRow.group_id).where(GroupMemberRow.user_id == user_id)))
    for group in await hold_groups({*found.values()} & (wanted ^ held), work.session):
        added, removed = ([user_id], []) if group in wanted else ([], [user_id])
        try:
            async with work.session.begin_nested():
                await edit_group(EditGroup(group_id=group, add_members=added, remove_members=removed), work)
        except Refusal as refusal:
            _log.warning("oidc.membership_refused", group=str(group), user=str(user_id), reason=refusal.message)


async def _resolve(named: Collection[str], session: AsyncSession) -> dict[str, UUID]:
    """A name that several groups have means none of them."""
    if not named:
        return {}
    ids = {each: UUID(each) for each in named if _is_id(each)}
    condition = GroupRow.name.in_(named) | (GroupRow.id == func.any(list(ids.values())))
    rows = (await session.execute(select(GroupRow.id, GroupRow.name).where(condition))).all()
    names = [row.name for row in rows]
    by_name = {row.name: row.id for row in rows if names.count(row.name) == 1 and row.name in named}
    present = {row.id for row in rows}
    found = by_name | {each: group for each, group in ids.items() if group in present}
    if missing := sorted(set(named) - found.keys()):
        _log.warning("oidc.groups_missing", groups=missing)
    return found


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
