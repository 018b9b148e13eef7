"""Whether anybody is left who can give rights: the one thing that the installation cannot do without."""

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import ActorKind
from services.access.domain.permissions import MANAGE
from services.access.persistence.rows import GroupMemberRow, GroupRow, IdentityRow, UserRow

_LOCK = 7_246_103


def can_sign_in() -> ColumnElement[bool]:
    """Of active people, those with a password of their own, for one for once may run out before it is used; and those
    who have signed in at a provider.
    """
    own_password = and_(UserRow.password_hash.is_not(None), UserRow.password_change_by.is_(None))
    return or_(own_password, exists().where(IdentityRow.user_id == UserRow.id))


async def any_administrator(session: AsyncSession) -> bool:
    """Whether some active person who can sign in manages access in every company."""
    manages = (GroupRow.every_company, literal(MANAGE) == func.any(GroupRow.permissions))
    person = (UserRow.kind == ActorKind.USER.value, UserRow.active, can_sign_in())
    found = exists().where(
        *manages, GroupMemberRow.group_id == GroupRow.id, UserRow.id == GroupMemberRow.user_id, *person
    )
    return bool(await session.scalar(select(found)))


def administers(group: GroupRow) -> bool:
    """Whether its members manage access in every company."""
    return group.every_company and MANAGE in group.permissions


async def one_at_a_time(session: AsyncSession) -> None:
    """Until the transaction ends. Whoever has waited here sees what the others have committed."""
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
