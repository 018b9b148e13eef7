"""Changing what hangs on an incident: the incident is taken, its part changed, and both told in one transaction.

    incident = await take(command.incident_id, work, right=permissions.EDIT)
    ...                                                  # the part's row is added or changed
    tell_part(incident, Part(PartType.COMMENT, comment.id), Operation.ADDED, changes, work, right=permissions.EDIT)

Whoever has taken an incident is the only one who changes it or any part of it until the commit. A change of a part
moves the incident's `sequence` and `updated_at`, not its `version`: that guards its own fields, and two people may well
edit one while a third comments.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Denied, NotFound, StaleVersion
from services.incidents.domain import permissions
from services.incidents.domain.events import IncidentPartChanged
from services.incidents.domain.parts import Operation, Part
from services.incidents.persistence.changes import new_entry
from services.incidents.persistence.incidents import INCIDENT, Incidents
from services.incidents.persistence.indicator_rows import IndicatorRow
from services.incidents.persistence.part_rows import PartRow
from services.incidents.persistence.parts import Parts
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.versions import tell

P = TypeVar("P", bound=PartRow)
Changes: TypeAlias = dict[str, tuple[Any, Any]]  # before and after by field
_INCIDENT_ID: Final = ("incident_id",)


async def take(incident_id: UUID, work: UnitOfWork, *, right: str) -> IncidentRow:
    """The incident, nobody else's until the commit. Raises NotFound or Denied, both naming `incident_id`."""
    try:
        incident = await Incidents(work.session, work.actor).get(incident_id, lock=True)
    except NotFound as error:
        raise NotFound(INCIDENT, field=_INCIDENT_ID) from error
    work.actor.require(right, incident.company_id, what=INCIDENT, seen_with=permissions.VIEW, field=_INCIDENT_ID)
    return incident


async def take_part(table: type[P], part_id: UUID, what: str, work: UnitOfWork) -> tuple[IncidentRow, P]:
    """The part and its incident, as they are now. Raises NotFound telling `what`, or Denied, both naming `id`."""
    parts = Parts(work.session, work.actor, table)
    owner = await parts.owner(part_id)
    if owner is None:
        raise NotFound(what, field=("id",))
    try:
        incident = await take(owner, work, right=permissions.EDIT)
    except NotFound as error:
        raise NotFound(what, field=("id",)) from error
    except Denied as error:
        raise Denied(error.permission, field=("id",)) from error
    part = await parts.of(incident.id, part_id)
    if part is None:
        raise NotFound(what, field=("id",))
    return incident, part


def new_part_values(incident: IncidentRow, id: UUID, work: UnitOfWork) -> dict[str, Any]:
    """The columns that every part begins with."""
    return {
        "id": id,
        "incident_id": incident.id,
        "company_id": incident.company_id,
        "created_at": datetime.now(UTC),
        "created_by_id": work.actor.id,
        "version": 1,
    }


class StalePart(StaleVersion):
    """`current` is how the part is now, readable also after the transaction."""

    def __init__(self, expected: int, current: PartRow) -> None:
        super().__init__(expected, current.version)
        self.current = current


def expect(version: int | None, part: PartRow, work: UnitOfWork) -> None:
    """Raises StalePart unless `version` is the present one, or none is expected."""
    if version is not None and version != part.version:
        work.session.expunge(part)  # a rollback empties what is still in the session
        raise StalePart(version, part)


def change_part(part: PartRow | IndicatorRow, values: dict[str, Any]) -> Changes:
    """Sets what differs, and raises the version if anything does: what was changed."""
    changes = {name: (before, after) for name, after in values.items() if (before := getattr(part, name)) != after}
    for name, (_, after) in changes.items():
        setattr(part, name, after)
    part.version += 1 if changes else 0
    return changes


def first_values(part: PartRow, *names: str) -> Changes:
    """What a new part says, but for what is empty."""
    values = {name: getattr(part, name) for name in names}
    return {name: (None, value) for name, value in values.items() if value not in (None, [])}


def last_values(part: PartRow, *names: str) -> Changes:
    """What a part said that is gone, but for what was empty."""
    return {name: (value, None) for name, (_, value) in first_values(part, *names).items()}


def tell_part(
    incident: IncidentRow,
    part: Part,
    operation: Operation,
    changes: Changes,
    work: UnitOfWork,
    *,
    right: str | None,
    concerned: Collection[UUID] = (),
) -> None:
    """Moves the incident on, with an entry of its history and an event that tells whose part it is.

    `right` is what allowed it, None where the registry itself did it.
    """
    incident.sequence += 1
    incident.updated_at = datetime.now(UTC)
    work.session.add(new_entry(incident, operation.value, changes, right, work, part))
    fact = IncidentPartChanged(
        incident_id=incident.id,
        reference=incident.reference,
        part=part.type.value,
        part_id=part.id,
        operation=operation.value,
        changed=tuple(sorted(changes)),
        concerned_ids=tuple(concerned),
        version=incident.version,
    )
    tell(incident, fact, work)
