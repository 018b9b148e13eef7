"""What is to be done after an incident, so that it does not recur; it lives on when the incident is closed.

OPEN  DEFERRED         awaited until the due date; what is deferred has one
DONE  WONT_DO          finished: done by its owner, or not at all for a reason
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from chassis.errors import Invalid
from services.incidents.domain import details, measures, part_fields
from services.incidents.domain.details import Rule

MOST_ACTION_ITEMS: Final = 200
END_OF_DAYS: Final = datetime(9999, 12, 31, tzinfo=UTC)


class ActionItemStatus(StrEnum):
    OPEN = "OPEN"
    DONE = "DONE"
    WONT_DO = "WONT_DO"
    DEFERRED = "DEFERRED"


class ActionItemKind(StrEnum):
    CORRECTIVE = "CORRECTIVE"
    PREVENTIVE = "PREVENTIVE"
    DETECTIVE = "DETECTIVE"
    PROCESS = "PROCESS"


class ActionItemPriority(StrEnum):
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    URGENT = "URGENT"


AWAITED: Final = frozenset({ActionItemStatus.OPEN, ActionItemStatus.DEFERRED})
RULES: Final[Mapping[str, Rule]] = {
    "title": details.title,
    "description": part_fields.text,
    "due_at": details.moment,
    "wont_do_reason": part_fields.text,
    "control_ref": details.line,
    "external_system": details.line,
    "external_key": details.line,
    "external_url": measures.url,
}


def check(values: Mapping[str, Any]) -> None:
    """Raises Invalid for a status that lacks what it needs; `values` are all of an action item."""
    status = ActionItemStatus(values["status"])
    if status is ActionItemStatus.DONE and values["owner_id"] is None:
        raise Invalid("What is done was done by somebody: name the owner.", field=("owner_id",))
    if status is ActionItemStatus.DEFERRED and values["due_at"] is None:
        raise Invalid("What is deferred is deferred to a day: give a due date.", field=("due_at",))
    if status is ActionItemStatus.WONT_DO and values["wont_do_reason"] is None:
        raise Invalid("Say why it will not be done.", field=("wont_do_reason",))
    if values["external_key"] is not None and values["external_system"] is None:
        raise Invalid("Name the system that the key is of.", field=("external_system",))


def stamps(before: ActionItemStatus, after: ActionItemStatus, now: datetime) -> dict[str, Any]:
    """What follows from a change of status: who is not done any more is not verified either."""
    if before is after:
        return {}
    completed = now if after is ActionItemStatus.DONE else None
    return {"completed_at": completed, "verified_at": None, "verified_by_id": None}


def check_verifiable(status: str, owner: UUID | None, by: UUID) -> None:
    """Raises Invalid for what is not done yet, and for its own owner."""
    if ActionItemStatus(status) is not ActionItemStatus.DONE:
        raise Invalid("Only what is DONE can be verified.", field=("verified",))
    if owner == by:
        raise Invalid("Whoever did it does not verify it: ask somebody else.", field=("verified",))


def check_number(present: int) -> None:
    """Raises Invalid when an incident has no room for another one."""
    if present >= MOST_ACTION_ITEMS:
        text = f"An incident has at most {MOST_ACTION_ITEMS} action items: delete one first."
        raise Invalid(text, field=("incident_id",))


def deadline_of(status: str, due_at: datetime | None) -> datetime | None:
    """Until when somebody waits for it."""
    return due_at if ActionItemStatus(status) in AWAITED else None


def awaited_at(status: str, due_at: datetime | None) -> datetime:
    """The same for lists in its order: what nobody waits for comes last."""
    return deadline_of(status, due_at) or END_OF_DAYS
