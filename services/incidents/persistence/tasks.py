"""Finding the tasks of incidents, and those of one person in all incidents that the person sees."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from chassis.paging import Place, SortKey, paged
from services.incidents.domain.tasks import FINISHED
from services.incidents.persistence.parts import Parts
from services.incidents.persistence.sight import IDS, Shape, Sight
from services.incidents.persistence.task_rows import AssigneeRow, TaskRow

_THERE: Final = TaskRow.deleted_at.is_(None)
_FINISHED: Final = TaskRow.status.in_(sorted(each.value for each in FINISHED))
_IN_ORDER: Final = (SortKey(TaskRow.position), SortKey(TaskRow.id))
_URGENCY: Final = (  # the open ones first, by due date
    SortKey(case((_FINISHED, 1), else_=0)),
    SortKey(TaskRow.due_at, nulls_last=True),
    SortKey(TaskRow.id),
)


@dataclass(frozen=True, slots=True)
class TaskNumbers:
    """How many tasks an incident has; `blocking` are mandatory ones that are open."""

    total: int = 0
    finished: int = 0
    mandatory: int = 0
    blocking: int = 0
    overdue: int = 0


class Tasks(Parts[TaskRow]):
    """Those that were not deleted."""

    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        super().__init__(session, actor, TaskRow, _THERE)
        self._actor = actor

    async def pages(self, incidents: Collection[UUID], first: int, after: Place | None) -> dict[UUID, list[TaskRow]]:
        """Per incident up to `first` + 1 of them in their order, from a place of position and id; one statement."""
        return await self._pages(incidents, _IN_ORDER, first, after)

    async def all_of(self, incident: UUID) -> Sequence[TaskRow]:
        """In their order, as they are now; the caller has found the incident."""
        found = self._those(TaskRow.incident_id == incident).order_by(TaskRow.position, TaskRow.id)
        return (await self._session.scalars(found.execution_options(populate_existing=True))).all()

    async def numbers(self, incidents: Collection[UUID]) -> dict[UUID, TaskNumbers]:
        """Of those that have tasks; one statement."""
        rows = await self._session.execute(_numbers(self._sight.shape), self._sight.parameters(ids=list(incidents)))
        return {
            row.incident: TaskNumbers(row.total, row.finished, row.mandatory, row.blocking, row.overdue) for row in rows
        }

    async def page_of_mine(
        self, statuses: Collection[str] | None, first: int, after: Place | None
    ) -> Sequence[TaskRow]:
        """Up to `first` + 1 tasks of the actor from a place of `urgency_of`: open ones first, by due date."""
        return (await self._session.scalars(paged(self._mine(statuses), _URGENCY, first, after))).all()

    async def count_mine(self, statuses: Collection[str] | None) -> int:
        return int(await self._session.scalar(self._mine(statuses).with_only_columns(func.count())) or 0)

    def _mine(self, statuses: Collection[str] | None) -> Select[TaskRow]:
        having = select(AssigneeRow.task_id).where(AssigneeRow.user_id == self._actor.id)
        mine = self._those(TaskRow.id.in_(having), TaskRow.incident_id.in_(self._incidents.seen_ids()))
        return mine if statuses is None else mine.where(TaskRow.status == func.any(list(statuses)))


@cache
def _numbers(shape: Shape) -> Select[*tuple[Any, ...]]:
    of, unfinished = TaskRow.incident_id, ~_FINISHED
    found = select(
        of.label("incident"),
        func.count().label("total"),
        func.count().filter(_FINISHED).label("finished"),
        func.count().filter(TaskRow.mandatory).label("mandatory"),
        func.count().filter(TaskRow.mandatory, unfinished).label("blocking"),
        func.count().filter(unfinished, TaskRow.due_at < func.now()).label("overdue"),
    )
    return found.where(_THERE, of.in_(Sight.shaped(shape).ids(IDS))).group_by(of)


def urgency_of(row: TaskRow) -> tuple[bool, Any, UUID]:
    return row.status in FINISHED, row.due_at, row.id


async def assign(task: TaskRow, session: AsyncSession) -> None:
    """Writes down who has the task: its assignees, and nobody once it is deleted."""
    users = [] if task.deleted_at is not None else task.assignee_ids
    gone = delete(AssigneeRow).where(AssigneeRow.task_id == task.id, AssigneeRow.user_id != func.all(users))
    await session.execute(gone)
    rows = [
        {"user_id": user, "task_id": task.id, "incident_id": task.incident_id, "company_id": task.company_id}
        for user in users
    ]
    if rows:
        await session.execute(insert(AssigneeRow).on_conflict_do_nothing(), rows)
