"""Whatever is done to an incident, in whatever order: gates hold, stamps follow categories, the history tells it all.

A model that knows only what was asked for says each time what must come of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, TypeAlias

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.identifiers import to_json
from services.incidents.persistence.rows import IncidentRow
from tests.support.casebook import EDIT, MOVE, Casebook
from tests.support.services import Json

Step: TypeAlias = tuple[str, Any]
STATUSES: Final = {
    "open": "NEW", "triage": "TRIAGE", "in-progress": "ACTIVE", "resolved": "RESOLVED", "review": "REVIEW",
    "closed": "CLOSED", "filed": "CLOSED", "declined": "DECLINED", "merged": "MERGED",
}  # fmt: skip
WAY: Final = ("NEW", "TRIAGE", "ACTIVE", "RESOLVED", "REVIEW", "CLOSED")
DONE: Final = frozenset({"CLOSED", "DECLINED", "MERGED"})
DEMANDED: Final = {
    "ACTIVE": {"type", "severity"}, "RESOLVED": {"actionsTaken"}, "CLOSED": {"impact"}, "DECLINED": {"outcome"},
}  # fmt: skip
GATES: Final = {
    "ACTIVE": ["TYPE", "SEVERITY"], "RESOLVED": ["ACTIONS_TAKEN"], "CLOSED": ["IMPACT"], "DECLINED": ["OUTCOME"],
}  # fmt: skip
VALUES: Final[Mapping[str, Any]] = {
    "type": {"code": "fraud.phishing"}, "severity": {"code": "low"}, "outcome": {"code": "false-alarm"},
    "actionsTaken": "Blocked", "impact": "None",
}  # fmt: skip
FIRST: Final = ("acknowledged_at", "responded_at", "first_resolved_at", "first_reopened_at")
STEPS: Final = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.sampled_from(sorted(STATUSES))),
        st.tuples(st.just("tell"), st.sampled_from(sorted(VALUES))),
        st.tuples(st.just("tell"), st.sampled_from(sorted(VALUES))),
        st.tuples(st.just("empty"), st.sampled_from(sorted(VALUES))),
        st.tuples(st.just("assign"), st.booleans()),
    ),
    min_size=4,
    max_size=25,
)


@dataclass
class Model:
    """What the registry should know of the incident, by its outside alone."""

    status: str = "open"
    told: set[str] = field(default_factory=set)
    reopened: int = 0
    acknowledged: bool = False
    responded: bool = False
    resolved: bool = False
    ever_resolved: bool = False

    @property
    def category(self) -> str:
        return STATUSES[self.status]

    def lacks(self, status: str) -> set[str]:
        after = STATUSES[status]
        if after == self.category:
            return set()
        if after in WAY:
            begun = WAY.index(self.category) if self.category in WAY else 0
            passed: tuple[str, ...] = WAY[begun + 1 : WAY.index(after) + 1]
        else:
            passed = (after,)
        return {each for gate in passed for each in DEMANDED.get(gate, ())} - self.told

    def move(self, status: str) -> None:
        before, after = self.category, STATUSES[status]
        self.status = status
        if before == after:
            return
        self.reopened += before in DONE and after not in DONE
        self.acknowledged |= after != "NEW"
        self.responded |= after == "ACTIVE"
        self.resolved = after in {"RESOLVED", "REVIEW", "CLOSED"} or (self.resolved and after in DONE)
        self.ever_resolved |= self.resolved


async def take(step: Step, model: Model, casebook: Casebook, officer: Any, incident: Json) -> None:
    """Asks for it, and has the model do the same. Asserts that it was refused for the right reasons only."""
    kind, what = step
    version = (await casebook.row(incident["id"])).version
    if kind == "move":
        payload = await casebook.try_to(MOVE, officer, id=incident["id"], status={"code": what})
        assert {error["field"][0] for error in payload["errors"]} == model.lacks(what)
        if not payload["errors"]:
            model.move(what)
        return
    if kind == "assign":
        wanted: Json = {"responsibleId": str(casebook.ada) if what else None}
        model.acknowledged |= what
    else:
        wanted = {what: VALUES[what] if kind == "tell" else None}
        (model.told.add if kind == "tell" else model.told.discard)(what)
    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=version, **wanted)


def check_stamps(row: IncidentRow, model: Model) -> None:
    assert row.status_category == model.category
    assert (row.closed_at is not None) == (model.category == "CLOSED")
    assert (row.resolved_at is not None) == model.resolved
    assert (row.first_resolved_at is not None) == model.ever_resolved
    assert (row.acknowledged_at is not None) == model.acknowledged
    assert (row.responded_at is not None) == model.responded
    assert row.reopen_count == model.reopened
    assert (row.first_reopened_at is not None) == (model.reopened > 0)
    known = {name for name in (*FIRST, "resolved_at", "closed_at") if getattr(row, name) is not None}
    assert set(row.timestamps) == known


async def check_history(casebook: Casebook, row: IncidentRow) -> None:
    """Entries follow one another, each begins where the last one ended, and in the end they tell what there is."""
    entries = await casebook.changes(row.id)
    assert [entry.sequence for entry in entries] == list(range(1, row.sequence + 1))
    told: Json = {"reopen_count": 0, "status_category": "NEW"}
    for entry in entries:
        for name, (before, after) in entry.changes.items():
            assert (told.get(name) or None) == (before or None), name
            told[name] = after
    stored = orjson.loads(orjson.dumps({name: getattr(row, name) for name in told}, default=to_json))
    assert {name: value or None for name, value in stored.items()} == {
        name: value or None for name, value in told.items()
    }


async def check_stretches(casebook: Casebook, row: IncidentRow) -> None:
    stretches = await casebook.intervals(row.id)
    assert all(earlier.ended_at == later.begun_at for earlier, later in pairwise(stretches))
    last = stretches[-1]
    assert (last.ended_at, last.status_id, last.category) == (None, row.status_id, row.status_category)
    assert (last.severity_id, last.responsible_id) == (row.severity_id, row.responsible_id)
    assert stretches[0].begun_at == row.registered_at


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
async def test_every_life_keeps_the_rules(casebook: Casebook, steps: list[Step]) -> None:
    await casebook.demand(GATES)
    officer, model = casebook.officer(casebook.acme), Model()
    incident = await casebook.register(officer)
    firsts: dict[str, Any] = {}

    for step in steps:
        await take(step, model, casebook, officer, incident)
        row = await casebook.row(incident["id"])
        check_stamps(row, model)
        for name in FIRST:
            assert firsts.setdefault(name, getattr(row, name)) in (None, getattr(row, name))
            firsts[name] = getattr(row, name)

    row = await casebook.row(incident["id"])
    await check_history(casebook, row)
    await check_stretches(casebook, row)
