"""Noting what is to be done so that an incident does not recur."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.identifiers import uuid7
from services.incidents.domain import action_items, permissions
from services.incidents.domain.action_items import ActionItemKind, ActionItemPriority, ActionItemStatus
from services.incidents.domain.parts import Operation
from services.incidents.persistence.action_item_rows import ActionItemRow
from services.incidents.persistence.action_items import ActionItems
from services.incidents.usecases.action_item_values import TOLD, await_item, checked, part_of
from services.incidents.usecases.parts import change_part, first_values, new_part_values, take, tell_part

_USUAL = {
    **dict.fromkeys((*TOLD, "completed_at", "verified_by_id", "verified_at", "deleted_at")),
    "kind": ActionItemKind.CORRECTIVE.value,
    "priority": ActionItemPriority.MEDIUM.value,
    "status": ActionItemStatus.OPEN.value,
    "title": "",
    "awaited_at": action_items.END_OF_DAYS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AddActionItem:
    """`values` are those of domain/action_items.py, `kind`, `priority`, `owner_id` and `department_id`."""

    incident_id: UUID
    values: Mapping[str, Any]


async def add_action_item(command: AddActionItem, work: UnitOfWork) -> ActionItemRow:
    """Raises NotFound, Denied or Invalid. It may be added whenever the incident is seen, also when it is closed."""
    incident = await take(command.incident_id, work, right=permissions.EDIT)
    present = await ActionItems(work.session, work.actor).counts([incident.id])
    action_items.check_number(present.get(incident.id, 0))
    item = ActionItemRow(**new_part_values(incident, uuid7(), work), **_USUAL)
    change_part(item, await checked({"title": None, **command.values}, incident, item, work))
    item.version = 1
    work.session.add(item)
    concerned = [] if item.owner_id is None else [item.owner_id]
    said = first_values(item, *TOLD)
    tell_part(incident, part_of(item), Operation.ADDED, said, work, right=permissions.EDIT, concerned=concerned)
    await work.session.flush()
    await await_item(incident, item, work)
    return item
