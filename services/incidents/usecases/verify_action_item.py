"""Saying that what was done was looked at and holds, or taking that back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain import permissions
from services.incidents.domain.action_items import check_verifiable
from services.incidents.domain.parts import Operation
from services.incidents.persistence.action_item_rows import ActionItemRow
from services.incidents.usecases.action_item_values import part_of
from services.incidents.usecases.edit_action_item import take_action_item
from services.incidents.usecases.parts import change_part, expect, tell_part


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyActionItem:
    item_id: UUID
    verified: bool = True
    expected_version: int | None = None


async def verify_action_item(command: VerifyActionItem, work: UnitOfWork) -> ActionItemRow:
    """Raises NotFound, Denied, Invalid or StalePart. What is verified stays so, by whom it was first."""
    incident, item = await take_action_item(command.item_id, work)
    expect(command.expected_version, item, work)
    if command.verified is (item.verified_at is not None):
        return item
    if command.verified:
        check_verifiable(item.status, item.owner_id, work.actor.id)
    by, at = (work.actor.id, datetime.now(UTC)) if command.verified else (None, None)
    changes = change_part(item, {"verified_by_id": by, "verified_at": at})
    tell_part(incident, part_of(item), Operation.EDITED, changes, work, right=permissions.EDIT)
    await work.session.flush()
    return item
