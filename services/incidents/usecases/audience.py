"""Writing down that others see an incident than before: one history entry, one event."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain import permissions
from services.incidents.domain.events import IncidentVisibilityChanged
from services.incidents.domain.visibility import Visibility
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases import versions


def show_to(
    incident: IncidentRow, visibility: Visibility, members: Sequence[UUID], now: datetime, work: UnitOfWork
) -> None:
    """Nothing is written when that is as it was."""
    before = incident.visibility
    changes = versions.changed_values(incident, {"visibility": visibility, "members": [*members]})
    if not changes:
        return
    operation = "VISIBILITY_CHANGED" if "visibility" in changes else "MEMBERS_CHANGED"
    versions.write(incident, operation, changes, now, work, right=permissions.EDIT)
    versions.tell(incident, _fact(incident, before), work)


def _fact(incident: IncidentRow, before: Visibility) -> IncidentVisibilityChanged:
    return IncidentVisibilityChanged(
        incident_id=incident.id,
        reference=incident.reference,
        before=before.value,
        after=incident.visibility.value,
        member_ids=tuple(incident.members),
        version=incident.version,
    )
