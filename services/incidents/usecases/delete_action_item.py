"""Deleting an action item: it is in no list any more, its history stays."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain import permissions
from services.incidents.domain.parts import Operation
from services.incidents.usecases.action_item_values import await_item, part_of
from services.incidents.usecases.edit_action_item import take_action_item
from services.incidents.usecases.parts import change_part, expect, tell_part


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteActionItem:
    item_id: UUID
    expected_version: int | None = None


async def delete_action_item(command: DeleteActionItem, work: UnitOfWork) -> UUID:
    """The id of what was deleted. Raises NotFound, Denied or StalePart."""
    incident, item = await take_action_item(command.item_id, work)
    expect(command.expected_version, item, work)
    changes = change_part(item, {"deleted_at": datetime.now(UTC)})
    tell_part(incident, part_of(item), Operation.REMOVED, changes, work, right=permissions.EDIT)
    await work.session.flush()
    await await_item(incident, item, work)
    return item.id
