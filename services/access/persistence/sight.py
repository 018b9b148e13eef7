"""Conditions on rows that several repositories share."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from chassis.access import Actor, Everywhere
from services.access.domain import permissions
from services.access.persistence.rows import GroupCompanyRow, GroupMemberRow, GroupRow, UserRow

_ESCAPE = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


def works_in(user_id: InstrumentedAttribute[UUID], companies: Collection[UUID]) -> ColumnElement[bool]:
    """Users with a group that reaches one of `companies`."""
    if not companies:
        return false()
    reached = exists().where(
        GroupCompanyRow.group_id == GroupRow.id, GroupCompanyRow.company_id == func.any(list(companies))
    )
    return exists().where(
        GroupMemberRow.user_id == user_id,
        GroupRow.id == GroupMemberRow.group_id,
        or_(GroupRow.every_company, reached),
    )


def works_anywhere(user_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Users with any group at all."""
    return exists().where(GroupMemberRow.user_id == user_id)


def managed_by(actor: Actor) -> ColumnElement[bool]:
    """Users whom the actor may know in detail: themselves; for administrators also those who work in one of their
    companies, and those they made who work nowhere yet.
    """
    managed = actor.companies(permissions.MANAGE)
    if isinstance(managed, Everywhere):
        return true()
    if not managed:
        return UserRow.id == actor.id
    made = and_(UserRow.created_by_id == actor.id, ~works_anywhere(UserRow.id))
    return or_(UserRow.id == actor.id, made, works_in(UserRow.id, managed))


def containing(text: str, *columns: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Whether one of `columns` contains `text`, in whatever case; signs of patterns are plain characters."""
    pattern = f"%{text.translate(_ESCAPE)}%"
    return or_(*(column.ilike(pattern, escape="\\") for column in columns))
