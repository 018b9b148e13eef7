"""Which tasks have these incidents, and how many?"""

from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, PagesLoader, finding
from services.incidents.persistence.task_rows import TaskRow
from services.incidents.persistence.tasks import TaskNumbers, Tasks


class TaskLoaders:
    """`pages` are in the order of the tasks, behind position and id of the one that was shown last."""

    def __init__(self, read: OpenRead, actor: Actor) -> None:
        self.pages: PagesLoader[TaskRow] = PagesLoader(
            read,
            lambda session, ids, first, after: Tasks(session, actor).pages(ids, first, after),
            lambda session, ids: Tasks(session, actor).counts(ids),
        )
        self.numbers: DataLoader[UUID, TaskNumbers | None] = finding(
            read, lambda session, ids: Tasks(session, actor).numbers(ids)
        )
