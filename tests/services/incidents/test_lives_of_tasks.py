"""Whatever is done to tasks, in whatever order: none is done too early, gates hold, what is overdue is what is open.

A model that knows only what was asked for says each time whether it must be refused.
"""

from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.incidents.usecases.announce_overdue import announce_overdue
from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import DELETE_TASK, EDIT_TASK, MOVE, MOVE_TASK, Casebook
from tests.support.services import Json

Step: TypeAlias = tuple[Any, ...]
FINISHED: Final = frozenset({"DONE", "CANCELLED"})
STATUSES: Final = ("TODO", "DOING", "DONE", "CANCELLED")
TASK: Final = st.integers(0, 3)
STEPS: Final = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.booleans(), st.booleans()),
        st.tuples(st.just("turn"), TASK, st.sampled_from(STATUSES)),
        st.tuples(st.just("turn"), TASK, st.sampled_from(STATUSES)),
        st.tuples(st.just("wait"), TASK, st.lists(TASK, max_size=2, unique=True)),
        st.tuples(st.just("place"), TASK, TASK),
        st.tuples(st.just("delete"), TASK),
        st.tuples(st.just("close")),
        st.tuples(st.just("reopen")),
        st.tuples(st.just("announce")),
    ),
    min_size=8,
    max_size=25,
)


@dataclass
class Known:
    id: str
    mandatory: bool
    late: bool
    status: str = "TODO"
    waits_for: set[str] = field(default_factory=set)
    announced: bool = False

    @property
    def awaited(self) -> bool:
        return self.late and self.status not in FINISHED


@dataclass
class Model:
    tasks: list[Known] = field(default_factory=list)
    closed: bool = False
    told: int = 0

    def named(self, number: int) -> Known | None:
        return self.tasks[number % len(self.tasks)] if self.tasks else None

    def by_id(self, id: str) -> Known:
        return next(each for each in self.tasks if each.id == id)

    def may_be_done(self, task: Known, waits_for: set[str]) -> bool:
        return all(self.by_id(each).status in FINISHED for each in waits_for - {task.id})

    def would_circle(self, task: Known, waits_for: set[str]) -> bool:
        reached, waiting = set[str](), list(waits_for)
        while waiting:
            each = waiting.pop()
            if each not in reached:
                reached.add(each)
                waiting += [] if each == task.id else self.by_id(each).waits_for
        return task.id in reached


class Life:
    """Asks for each step, has the model do the same, and asserts that it was refused when it had to be."""

    def __init__(self, casebook: Casebook, incident: Json) -> None:
        self.casebook = casebook
        self.incident = incident
        self.officer = casebook.officer(casebook.acme)
        self.model = Model()

    async def add(self, mandatory: bool, late: bool) -> None:
        due = {"dueAt": "2020-01-01T00:00:00Z"} if late else {}
        task = await self.casebook.add_task(self.officer, self.incident, mandatory=mandatory, **due)
        self.model.tasks.append(Known(task["id"], mandatory, late))

    async def turn(self, number: int, status: str) -> None:
        if (task := self.model.named(number)) is None:
            return
        allowed = status != "DONE" or self.model.may_be_done(task, task.waits_for)
        if await self._edit(task, allowed=allowed, status=status, result="Seen") and task.status != status:
            task.announced = task.announced and task.awaited and status not in FINISHED
            task.status = status

    async def wait(self, number: int, on: list[int]) -> None:
        if (task := self.model.named(number)) is None:
            return
        wanted = {known.id for each in on if (known := self.model.named(each)) is not None}
        allowed = not self.model.would_circle(task, wanted)
        allowed = allowed and (task.status != "DONE" or self.model.may_be_done(task, wanted))
        if await self._edit(task, allowed=allowed, dependsOn=sorted(wanted)):
            task.waits_for = wanted

    async def place(self, number: int, behind: int) -> None:
        task, other = self.model.named(number), self.model.named(behind)
        if task is None or other is None or task is other:
            return
        payload = await self.casebook.try_to(MOVE_TASK, self.officer, id=task.id, afterId=other.id)
        assert payload["errors"] == []
        self.model.tasks.remove(task)
        self.model.tasks.insert(self.model.tasks.index(other) + 1, task)

    async def delete(self, number: int) -> None:
        if (task := self.model.named(number)) is None:
            return
        needed = any(task.id in each.waits_for for each in self.model.tasks)
        payload = await self.casebook.try_to(DELETE_TASK, self.officer, id=task.id)
        assert bool(payload["errors"]) is needed
        if not needed:
            self.model.tasks.remove(task)

    async def close(self) -> None:
        blocked = any(each.mandatory and each.status not in FINISHED for each in self.model.tasks)
        payload = await self.casebook.try_to(MOVE, self.officer, id=self.incident["id"], status={"code": "closed"})
        assert bool(payload["errors"]) is (blocked and not self.model.closed)
        self.model.closed = self.model.closed or not blocked

    async def reopen(self) -> None:
        await self.casebook.move(self.officer, self.incident, "in-progress")
        self.model.closed = False

    async def announce(self) -> None:
        new = [each for each in self.model.tasks if each.awaited and not each.announced]
        assert await announce_overdue(self.casebook.service.database) == len(new)
        for each in new:
            each.announced = True
        self.model.told += len(new)

    async def _edit(self, task: Known, *, allowed: bool, **given: Any) -> bool:
        found = await self.casebook.service.data(_VERSIONS, self.officer, id=self.incident["id"])
        version = next(each["version"] for each in found["incident"]["tasks"]["nodes"] if each["id"] == task.id)
        payload = await self.casebook.try_to(EDIT_TASK, self.officer, id=task.id, expectedVersion=version, **given)
        assert bool(payload["errors"]) is not allowed, payload
        return allowed


_VERSIONS: Final = "query ($id: ID!) { incident(id: $id) { tasks { nodes { id version } } } }"
_END: Final = """
query ($id: ID!) { incident(id: $id) { taskCounts { total finished overdue } tasks { nodes { id status } } }
    incidents(filter: {overdue: true}) { nodes { id } } }
"""


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
async def test_tasks_keep_their_rules(casebook: Casebook, steps: list[Step]) -> None:
    await casebook.demand({"CLOSED": ["TASKS"]})
    await announce_overdue(casebook.service.database)  # what earlier lives left behind
    life = Life(casebook, await casebook.register(casebook.officer(casebook.acme)))

    for name, *given_to in steps:
        await getattr(life, name)(*given_to)

    found = await casebook.service.data(_END, life.officer, id=life.incident["id"])
    tasks = life.model.tasks
    assert [(each["id"], each["status"]) for each in found["incident"]["tasks"]["nodes"]] == [
        (each.id, each.status) for each in tasks
    ]
    assert found["incident"]["taskCounts"] == {
        "total": len(tasks),
        "finished": sum(each.status in FINISHED for each in tasks),
        "overdue": sum(each.awaited for each in tasks),
    }
    late = life.incident["id"] in {each["id"] for each in found["incidents"]["nodes"]}
    assert late is any(each.awaited for each in tasks)
    told = [each for each in await casebook.service.events() if each.type == "incident.part_overdue.v1"]
    assert sum(each.subject == UUID(life.incident["id"]) for each in told) == life.model.told
    assert (await verify_histories(casebook.service.database)).broken == []
