"""What people say to each other about an incident: what may be said, and who may take it back.

Comments are written by those who edit the incident: who may only look at a record writes nothing into it. Each edits
only what he wrote himself; who may delete incidents may take back what others wrote, too. What was taken back leaves
its place in the conversation.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from chassis.errors import Invalid
from services.incidents.domain import permissions

LONGEST_COMMENT: Final = 20_000
MOST_MENTIONS: Final = 50


class CommentAudience(StrEnum):
    INTERNAL = "INTERNAL"
    EXTERNAL = "EXTERNAL"


def body(value: str) -> str:
    """As written. Raises Invalid."""
    if not value.strip():
        raise Invalid("A comment says something.", field=("body",))
    if len(value) > LONGEST_COMMENT:
        raise Invalid(f"At most {LONGEST_COMMENT} characters; this has {len(value)}.", field=("body",))
    if "\x00" in value:
        raise Invalid("A text holds no NUL character.", field=("body",))
    return value


def mentions(given: Sequence[UUID]) -> list[UUID]:
    """Each once, in the order given. Raises Invalid."""
    found = list(dict.fromkeys(given))
    if len(found) > MOST_MENTIONS:
        raise Invalid(f"At most {MOST_MENTIONS} persons are mentioned at once.", field=("mention_ids",))
    return found


def require_author(author: UUID, by: UUID) -> None:
    """Raises Invalid."""
    if author != by:
        raise Invalid("Only who wrote a comment edits it: write one of your own.", field=("id",))


def right_to_take_back(author: UUID, by: UUID) -> str:
    """The permission that taking a comment back takes."""
    return permissions.EDIT if author == by else permissions.DELETE
