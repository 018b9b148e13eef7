"""Moving an incident on: one change, one version, one history entry, one event after another."""

from datetime import datetime
from typing import Any

from chassis.database import UnitOfWork
from chassis.errors import StaleVersion
from chassis.events import Fact
from services.incidents.persistence.changes import new_entry
from services.incidents.persistence.rows import IncidentRow


class StaleIncident(StaleVersion):
    """`current` is how the incident is now, readable also after the transaction."""

    def __init__(self, expected: int, current: IncidentRow) -> None:
        super().__init__(expected, current.version)
        self.current = current


def expect(version: int | None, incident: IncidentRow, work: UnitOfWork) -> None:
    """Raises StaleIncident unless `version` is the present one, or none is expected."""
    if version is not None and version != incident.version:
        work.session.expunge(incident)  # a rollback empties what is still in the session
        raise StaleIncident(version, incident)


def changed_values(incident: IncidentRow, values: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Per field that really changes: before and after."""
    return {name: (before, after) for name, after in values.items() if (before := getattr(incident, name)) != after}


def write(
    incident: IncidentRow,
    operation: str,
    changes: dict[str, tuple[Any, Any]],
    now: datetime,
    work: UnitOfWork,
    *,
    right: str,
) -> None:
    """Sets the new values, raises version and sequence, and writes the history entry; `right` is what allowed it."""
    for name, (_, after) in changes.items():
        setattr(incident, name, after)
    incident.version += 1
    incident.sequence += 1
    incident.updated_at = now
    work.session.add(new_entry(incident, operation, changes, right, work))


def tell(incident: IncidentRow, fact: Fact, work: UnitOfWork) -> None:
    work.emit(
        fact,
        subject=incident.id,
        company=incident.company_id,
        sequence=incident.sequence,
        restricted=incident.restricted,
    )
