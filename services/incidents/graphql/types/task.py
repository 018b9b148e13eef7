"""A task as callers see it."""

from datetime import datetime
from enum import Enum
from typing import Any, Self

import strawberry

from services.incidents.graphql.types.others import Team, User, stub
from services.incidents.persistence.task_rows import TaskRow
from services.incidents.persistence.tasks import TaskNumbers

_AS_STORED = (
    "title", "description", "mandatory", "due_at", "started_at", "finished_at", "result", "created_at", "version",
)  # fmt: skip


@strawberry.enum(name="IncidentTaskStatus", description="How far a task is.")
class TaskStatusType(Enum):
    TODO = strawberry.enum_value("TODO", description="Nobody has begun it.")
    DOING = strawberry.enum_value("DOING", description="Somebody works on it.")
    BLOCKED = strawberry.enum_value("BLOCKED", description="It was begun, and something keeps it from going on.")
    DONE = strawberry.enum_value("DONE", description="It is done.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="It will not be done.")


@strawberry.type(description="Something to be done about an incident.")
class IncidentTask:
    id: strawberry.ID = strawberry.field(description="Its id.")
    title: str = strawberry.field(description="What is to be done, in a line.")
    description: str | None = strawberry.field(description="What is to be done, in full; Markdown.")
    status: TaskStatusType = strawberry.field(description="How far it is.")
    mandatory: bool = strawberry.field(description="Whether gates may wait for it.")
    assignees: list[User] | None = strawberry.field(description="Who does it, in the order given.")
    team: Team | None = strawberry.field(description="The team that does it.")
    due_at: datetime | None = strawberry.field(description="Until when it is to be finished.")
    started_at: datetime | None = strawberry.field(description="When somebody began it, by the server's clock.")
    finished_at: datetime | None = strawberry.field(description="When it was done or cancelled; null while it is open.")
    result: str | None = strawberry.field(description="What came of it; Markdown.")
    depends_on: list[strawberry.ID] = strawberry.field(description="Tasks of the incident that come before it.")
    created_by: User | None = strawberry.field(description="Who added it.")
    created_at: datetime = strawberry.field(description="When it was added.")
    version: int = strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")

    @classmethod
    def from_row(cls, row: TaskRow, **more: Any) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            status=TaskStatusType[row.status],
            assignees=[User(id=strawberry.ID(str(each))) for each in row.assignee_ids],
            team=stub(Team, row.team_id),
            depends_on=[strawberry.ID(str(each)) for each in row.depends_on],
            created_by=stub(User, row.created_by_id),
            **{name: getattr(row, name) for name in _AS_STORED},
            **more,
        )


@strawberry.type(description="How many tasks an incident has.")
class IncidentTaskCounts:
    total: int = strawberry.field(description="All of them.")
    finished: int = strawberry.field(description="Those that are DONE or CANCELLED.")
    mandatory: int = strawberry.field(description="Those that are mandatory.")
    blocking: int = strawberry.field(description="Mandatory ones that are open: gates may wait for them.")
    overdue: int = strawberry.field(description="Open ones past their due date.")

    @classmethod
    def of(cls, numbers: TaskNumbers) -> Self:
        return cls(
            total=numbers.total,
            finished=numbers.finished,
            mandatory=numbers.mandatory,
            blocking=numbers.blocking,
            overdue=numbers.overdue,
        )
