"""Until when the review of an incident is awaited: settled when it is resolved, and when its severity changes after."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.domain.reviews import AWAITED_IN, USUAL, ReviewPolicy, due_on_assessing, due_on_moving
from services.incidents.persistence.reviews import policies_of, rank_of
from services.incidents.persistence.rows import IncidentRow

DUE: Final = "review_due_at"
_SEVERITY: Final = "severity_id"


async def on_moving(after: StatusCategory, incident: IncidentRow, now: datetime, work: UnitOfWork) -> dict[str, Any]:
    """The column, where the move has to do with it."""
    before = StatusCategory(incident.status_category)
    if (before in AWAITED_IN) is (after in AWAITED_IN):
        return {}
    needed, policy = (False, USUAL) if before in AWAITED_IN else await _asked(incident, incident.severity_id, work)
    return {DUE: due_on_moving(before, after, incident.review_due_at, needed=needed, policy=policy, now=now)}


async def on_edit(values: Mapping[str, Any], incident: IncidentRow, now: datetime, work: UnitOfWork) -> dict[str, Any]:
    """The column, where an edit that tells `values` has to do with it."""
    category = StatusCategory(incident.status_category)
    severity = values.get(_SEVERITY, incident.severity_id)
    if severity == incident.severity_id or category not in AWAITED_IN:
        return {}
    needed, policy = await _asked(incident, severity, work)
    return {DUE: due_on_assessing(category, incident.review_due_at, needed=needed, policy=policy, now=now)}


async def _asked(incident: IncidentRow, severity: UUID | None, work: UnitOfWork) -> tuple[bool, ReviewPolicy]:
    """Whether an incident of this severity needs a review, and what its company asks of reviews."""
    policy = (await policies_of([incident.company_id], work.session)).get(incident.company_id, USUAL)
    return policy.requires(await rank_of(severity, work.session)), policy
