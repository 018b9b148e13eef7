"""An action item as callers see it."""

from datetime import datetime
from enum import Enum
from typing import Any, Self

import strawberry

from services.incidents.graphql.types.others import Department, User, stub
from services.incidents.persistence.action_item_rows import ActionItemRow
from services.incidents.persistence.action_items import ActionItemNumbers

_AS_STORED = (
    "title", "description", "due_at", "wont_do_reason", "completed_at", "verified_at", "control_ref",
    "external_system", "external_key", "external_url", "created_at", "version",
)  # fmt: skip


@strawberry.enum(name="IncidentActionItemStatus", description="What came of an action item.")
class ActionItemStatusType(Enum):
    OPEN = strawberry.enum_value("OPEN", description="It is to be done.")
    DONE = strawberry.enum_value("DONE", description="Its owner has done it.")
    WONT_DO = strawberry.enum_value("WONT_DO", description="It will not be done, for a reason.")
    DEFERRED = strawberry.enum_value("DEFERRED", description="It is to be done later, by its due date.")


@strawberry.enum(name="IncidentActionItemKind", description="How an action item helps.")
class ActionItemKindType(Enum):
    CORRECTIVE = strawberry.enum_value("CORRECTIVE", description="It removes a cause.")
    PREVENTIVE = strawberry.enum_value("PREVENTIVE", description="It keeps the like from happening.")
    DETECTIVE = strawberry.enum_value("DETECTIVE", description="It lets the like be noticed earlier.")
    PROCESS = strawberry.enum_value("PROCESS", description="It betters how incidents are handled.")


@strawberry.enum(name="IncidentActionItemPriority", description="How much an action item presses.")
class ActionItemPriorityType(Enum):
    LOW = strawberry.enum_value("LOW", description="Some day.")
    MEDIUM = strawberry.enum_value("MEDIUM", description="As other work.")
    HIGH = strawberry.enum_value("HIGH", description="Before other work.")
    URGENT = strawberry.enum_value("URGENT", description="At once.")


@strawberry.type(description="Something to be done so that an incident does not recur.")
class IncidentActionItem:
    id: strawberry.ID = strawberry.field(description="Its id.")
    title: str = strawberry.field(description="What is to be done, in a line.")
    description: str | None = strawberry.field(description="What is to be done, in full; Markdown.")
    kind: ActionItemKindType = strawberry.field(description="How it helps.")
    priority: ActionItemPriorityType = strawberry.field(description="How much it presses.")
    status: ActionItemStatusType = strawberry.field(description="What came of it.")
    owner: User | None = strawberry.field(description="Who sees to it.")
    department: Department | None = strawberry.field(description="The department that it is for.")
    due_at: datetime | None = strawberry.field(description="Until when it is to be done.")
    wont_do_reason: str | None = strawberry.field(description="Why it will not be done; Markdown.")
    completed_at: datetime | None = strawberry.field(description="When it was done; null while it is not.")
    verified_by: User | None = strawberry.field(description="Who looked whether it holds; never its owner.")
    verified_at: datetime | None = strawberry.field(description="When somebody did.")
    control_ref: str | None = strawberry.field(description="The control that it betters, such as ISO 27001 A.8.7.")
    external_system: str | None = strawberry.field(description="The system outside that it is tracked in.")
    external_key: str | None = strawberry.field(description="Its key there.")
    external_url: str | None = strawberry.field(description="Its address there.")
    created_by: User | None = strawberry.field(description="Who noted it.")
    created_at: datetime = strawberry.field(description="When it was noted.")
    version: int = strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")

    @classmethod
    def from_row(cls, row: ActionItemRow, **more: Any) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            kind=ActionItemKindType[row.kind],
            priority=ActionItemPriorityType[row.priority],
            status=ActionItemStatusType[row.status],
            owner=stub(User, row.owner_id),
            department=stub(Department, row.department_id),
            verified_by=stub(User, row.verified_by_id),
            created_by=stub(User, row.created_by_id),
            **{name: getattr(row, name) for name in _AS_STORED},
            **more,
        )


@strawberry.type(description="How many action items an incident has.")
class IncidentActionItemCounts:
    total: int = strawberry.field(description="All of them.")
    open: int = strawberry.field(description="Those that are OPEN or DEFERRED.")
    incomplete: int = strawberry.field(description="Open ones without an owner or a due date: gates may ask for these.")
    overdue: int = strawberry.field(description="Open ones past their due date.")

    @classmethod
    def of(cls, numbers: ActionItemNumbers) -> Self:
        return cls(total=numbers.total, open=numbers.open, incomplete=numbers.incomplete, overdue=numbers.overdue)
