"""Changing a row: what really changes, under a new version, guarded by the version that was seen, with its history."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Refusal, StaleVersion
from services.access.domain.history import Changes, Operation, Subject, SubjectKind, created
from services.access.persistence.history import record
from services.access.persistence.rows import (
    ApiKeyRow,
    CompanyRow,
    DepartmentRow,
    GroupRow,
    SiteRow,
    TeamRow,
    UnitRow,
    UserRow,
)

_KINDS: Final = {
    CompanyRow: SubjectKind.COMPANY,
    DepartmentRow: SubjectKind.DEPARTMENT,
    SiteRow: SubjectKind.SITE,
    TeamRow: SubjectKind.TEAM,
}
Versioned: TypeAlias = CompanyRow | UnitRow | UserRow | GroupRow | ApiKeyRow
Rules: TypeAlias = Mapping[str, Callable[[Any], Any]]  # per column what brings a value into the form that is stored
T = TypeVar("T")
S = TypeVar("S")


class StaleRow(StaleVersion):
    """`current` is how the thing is now, readable also after the transaction."""

    def __init__(self, expected: int, current: Versioned) -> None:
        super().__init__(expected, current.version)
        self.current = current


def current(refusal: Refusal, kind: type[T], shown: Callable[[T], S]) -> S | None:
    """What a caller with a stale version needs to go on, as it is `shown`; None for every other refusal."""
    found = refusal.current if isinstance(refusal, StaleRow) else None
    return shown(found) if isinstance(found, kind) else None


def expect(version: int | None, row: Versioned, work: UnitOfWork) -> None:
    """Raises StaleRow unless `version` is the present one, or none is expected."""
    if version is not None and version != row.version:
        work.session.expunge(row)  # a rollback empties what is still in the session
        raise StaleRow(version, row)


def checked(values: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    """In the form they are stored in. Raises Invalid naming the first field that breaks its rule."""
    return {name: rules[name](value) for name, value in values.items()}


def note_new(row: CompanyRow | UnitRow, told: Mapping[str, Any], work: UnitOfWork) -> None:
    """Writes into the history that `row` was made with the values `told`."""
    record(_subject(row), _company(row), Operation.CREATED, work, created(**told))


def change(
    row: CompanyRow | UnitRow, values: Mapping[str, Any], work: UnitOfWork, lists: Changes | None = None
) -> bool:
    """Sets the values that differ, with a new version and an entry of the history; whether there was any.

    `lists` are changes that are stored elsewhere.
    """
    plain = {name: (before, after) for name, after in values.items() if (before := getattr(row, name)) != after}
    changes = plain | dict(lists or {})
    if not changes:
        return False
    for name, after in values.items():
        setattr(row, name, after)
    row.version += 1
    record(_subject(row), _company(row), _operation(changes), work, changes)
    return True


def _operation(changes: Changes) -> Operation:
    if changes.keys() != {"active"}:
        return Operation.EDITED
    return Operation.REACTIVATED if changes["active"][1] else Operation.DEACTIVATED


def _subject(row: CompanyRow | UnitRow) -> Subject:
    return Subject(_KINDS[type(row)], row.id, row.name)


def _company(row: CompanyRow | UnitRow) -> frozenset[UUID]:
    return frozenset({row.id if isinstance(row, CompanyRow) else row.company_id})
