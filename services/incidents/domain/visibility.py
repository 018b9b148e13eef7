"""Who sees an incident within its company: whoever may view it there, or its members only.

A restricted incident has members. Whoever restricts it and whoever works it are members without being named, so that
nobody shuts out himself or the responsible person; for the same reason neither can be taken out.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from chassis.errors import Invalid

MOST_MEMBERS: Final = 100


class Visibility(StrEnum):
    COMPANY = "COMPANY"
    RESTRICTED = "RESTRICTED"


def first_members(named: Sequence[UUID], *, by: UUID, responsible: UUID | None) -> list[UUID]:
    """The members of an incident that `by` restricts. Raises Invalid when they are too many."""
    return with_members([by], [*([] if responsible is None else [responsible]), *named], field="member_ids")


def with_members(members: Sequence[UUID], more: Sequence[UUID], *, field: str) -> list[UUID]:
    """Each once, in the order in which they came. Raises Invalid when they are too many."""
    found = list(dict.fromkeys([*members, *more]))
    if len(found) > max(MOST_MEMBERS, len(members)):
        raise Invalid(f"At most {MOST_MEMBERS} members.", field=(field,))
    return found


def without_members(
    members: Sequence[UUID], gone: Collection[UUID], *, responsible: UUID | None, by: UUID | None
) -> list[UUID]:
    """Who is left. `by` is who asks for it, None where that one sees the incident anyway. Raises Invalid."""
    field = ("remove_members",)
    if responsible in gone and responsible in members:
        raise Invalid("The responsible person stays a member: give the incident to somebody else first.", field=field)
    if by in gone and by in members:
        raise Invalid("You cannot take yourself out: ask another member to do it.", field=field)
    left = [member for member in members if member not in gone]
    if not left and members:
        raise Invalid("A restricted incident keeps at least one member: add another one first.", field=field)
    return left
