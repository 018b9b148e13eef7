"""What an action item may be given: an owner who may see its incident, and a department of its company."""

from collections.abc import Mapping
from typing import Any

from chassis.database import UnitOfWork
from services.incidents.domain import action_items, part_fields
from services.incidents.domain.parts import Part, PartType
from services.incidents.persistence.action_item_rows import ActionItemRow
from services.incidents.persistence.deadlines import await_part
from services.incidents.persistence.known import Unit
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.readers import require_readers
from services.incidents.usecases.units import require_unit

ACTION_ITEM = "The action item was"
TOLD = (
    "title", "description", "kind", "priority", "status", "owner_id", "department_id", "due_at", "wont_do_reason",
    "control_ref", "external_system", "external_key", "external_url",
)  # fmt: skip
_WORDS = ("kind", "priority", "status")


async def checked(
    given: Mapping[str, Any], incident: IncidentRow, present: ActionItemRow, work: UnitOfWork
) -> dict[str, Any]:
    """All of `given` in the form they are stored in. What it has already may stay. Raises NotFound or Invalid."""
    values = part_fields.checked(given, action_items.RULES)
    values |= {name: given[name] for name in _WORDS if given.get(name) is not None}
    if "owner_id" in given:
        values["owner_id"] = given["owner_id"]
        new = {given["owner_id"]} - {None, present.owner_id}
        await require_readers(new, incident, work, field="owner_id")
    if "department_id" in given:
        values["department_id"] = given["department_id"]
        if given["department_id"] not in (None, present.department_id):
            await require_unit(Unit.DEPARTMENT, given["department_id"], incident.company_id, work)
    action_items.check({name: values.get(name, getattr(present, name)) for name in TOLD})
    status, due_at = values.get("status", present.status), values.get("due_at", present.due_at)
    return values | {"awaited_at": action_items.awaited_at(status, due_at)}


def part_of(item: ActionItemRow) -> Part:
    return Part(PartType.ACTION_ITEM, item.id)


async def await_item(incident: IncidentRow, item: ActionItemRow, work: UnitOfWork) -> None:
    due = None if item.deleted_at is not None else action_items.deadline_of(item.status, item.due_at)
    await await_part(incident, part_of(item), due, work.session)
