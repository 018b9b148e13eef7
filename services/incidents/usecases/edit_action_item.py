"""Changing an action item, whatever its incident has come to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import NotFound
from services.incidents.domain import action_items, permissions
from services.incidents.domain.action_items import ActionItemStatus
from services.incidents.domain.parts import Operation
from services.incidents.persistence.action_item_rows import ActionItemRow
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.action_item_values import ACTION_ITEM, await_item, checked, part_of
from services.incidents.usecases.parts import change_part, expect, take_part, tell_part


@dataclass(frozen=True, slots=True, kw_only=True)
class EditActionItem:
    """What is not among `values` stays as it is: as for AddActionItem, and `status`."""

    item_id: UUID
    expected_version: int
    values: Mapping[str, Any] = field(default_factory=dict)


async def edit_action_item(command: EditActionItem, work: UnitOfWork) -> ActionItemRow:
    """Raises NotFound, Denied, Invalid or StalePart. An edit that changes nothing writes nothing."""
    incident, item = await take_action_item(command.item_id, work)
    expect(command.expected_version, item, work)
    had, before = item.owner_id, ActionItemStatus(item.status)
    values = await checked(command.values, incident, item, work)
    after = ActionItemStatus(values.get("status", before))
    changes = change_part(item, values | action_items.stamps(before, after, datetime.now(UTC)))
    changes.pop("awaited_at", None)  # follows from the others
    if changes:
        new = [item.owner_id] if item.owner_id not in (None, had) else []
        tell_part(incident, part_of(item), Operation.EDITED, changes, work, right=permissions.EDIT, concerned=new)
        await work.session.flush()
        await await_item(incident, item, work)
    return item


async def take_action_item(item_id: UUID, work: UnitOfWork) -> tuple[IncidentRow, ActionItemRow]:
    """Raises NotFound, also for one that was deleted, or Denied."""
    incident, item = await take_part(ActionItemRow, item_id, ACTION_ITEM, work)
    if item.deleted_at is not None:
        raise NotFound(ACTION_ITEM, field=("id",))
    return incident, item
