"""What the history of access tells of: whose rights or whereabouts changed, and how it is written down."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias
from uuid import UUID

Changes: TypeAlias = Mapping[str, tuple[Any, Any]]
COMPANIES: Final = "companies"  # the field whose values are ids of companies; readers are told those they see
_SECRET: Final = frozenset({"password", "password_hash", "digest", "secret", "token"})


class SubjectKind(StrEnum):
    COMPANY = "COMPANY"
    DEPARTMENT = "DEPARTMENT"
    SITE = "SITE"
    TEAM = "TEAM"
    USER = "USER"
    GROUP = "GROUP"
    API_KEY = "API_KEY"
    SESSION = "SESSION"


class Operation(StrEnum):
    CREATED = "CREATED"
    EDITED = "EDITED"
    DEACTIVATED = "DEACTIVATED"
    REACTIVATED = "REACTIVATED"
    ASSIGNED = "ASSIGNED"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105  # the name of what happened
    ROTATED = "ROTATED"
    REVOKED = "REVOKED"
    ENDED = "ENDED"
    LINKED = "LINKED"  # with a subject of a provider of OpenID Connect
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True)
class Subject:
    """What was changed; `name` is what people call it at that moment."""

    kind: SubjectKind
    id: UUID
    name: str


def created(**values: Any) -> Changes:
    """What a new thing has; what it has not is left out."""
    return {name: (None, value) for name, value in values.items() if value not in (None, [], ())}


def difference(before: Collection[Any], after: Collection[Any]) -> tuple[list[Any], list[Any]] | None:
    """What was taken out of a list and what was put in; None if nothing. So entries do not grow with the list."""
    gone, come = set(before) - set(after), set(after) - set(before)
    return (sorted(gone), sorted(come)) if gone or come else None


def check_secrecy(changes: Changes) -> None:
    """Raises ValueError for what nobody may ever read: that is a bug of the caller."""
    if secret := _SECRET & changes.keys():
        raise ValueError(f"{', '.join(sorted(secret))} must not be written into the history")


def seen_by(changes: Changes, sees: Collection[UUID] | None) -> dict[str, tuple[Any, Any]]:
    """The changes without companies out of the reader's sight; a field of which nothing is left is not there.

    `sees` are the companies in the reader's sight, None for every one.
    """
    if sees is None or COMPANIES not in changes:
        return dict(changes)
    known = set(map(str, sees))
    before, after = (None if ids is None else [id for id in ids if id in known] for ids in changes[COMPANIES])
    rest = {name: values for name, values in changes.items() if name != COMPANIES}
    return rest | {COMPANIES: (before, after)} if before or after else rest
