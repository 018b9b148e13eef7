"""Whatever is done to an incident, in whatever order: gates hold, stamps follow categories, the history tells it all.

A model that knows only what was asked for says each time what must come of it. Moments are stamped by the way or told
by hand, fields are edited with the present version and with old ones, people talk and take back what they said, and
some incidents are deleted in the end.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, TypeAlias
from uuid import UUID

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.identifiers import to_json
from services.incidents.domain.timestamps import COLUMNS
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import DELETE, DELETE_COMMENT, EDIT, MOVE, Casebook
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
DONE_STAGES: Final = frozenset({"RESOLVED", "REVIEW", "CLOSED"})
HOLDS: Final = {"resolved_at": DONE_STAGES, "closed_at": frozenset({"CLOSED"})}  # told of these categories, and always
BY_HAND: Final[Mapping[str, str]] = {
    "detected_at": "2026-03-01T09:30:00+05:00", "aware_at": "2026-03-01T09:35:00+05:00",
    "contained_at": "2026-03-01T12:00:00Z", "acknowledged_at": "2026-03-01T10:00:00-03:00",
    "resolved_at": "2026-03-02T12:00:00Z", "closed_at": "2026-03-03T12:00:00Z",
}  # fmt: skip
LATE: Final = """
mutation ($input: EditIncidentInput!) { editIncident(input: $input) { errors { code } conflicts { field } } }
"""
STEPS: Final = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.sampled_from(sorted(STATUSES))),
        st.tuples(st.just("tell"), st.sampled_from(sorted(VALUES))),
        st.tuples(st.just("tell"), st.sampled_from(sorted(VALUES))),
        st.tuples(st.just("empty"), st.sampled_from(sorted(VALUES))),
        st.tuples(st.just("assign"), st.booleans()),
        st.tuples(st.just("stamp"), st.sampled_from(sorted(BY_HAND))),
        st.tuples(st.just("unstamp"), st.sampled_from(sorted(BY_HAND))),
        st.tuples(st.just("stale"), st.sampled_from(sorted(VALUES))),
        st.tuples(st.just("say"), st.none()),
        st.tuples(st.just("take back"), st.none()),
    ),
    min_size=4,
    max_size=30,
)


@dataclass
class Model:
    """What the registry should know of the incident, by its outside alone. `moments` are those it has, by origin."""

    status: str = "open"
    told: set[str] = field(default_factory=set)
    moments: dict[str, str] = field(default_factory=dict)
    reopened: int = 0
    responsible: bool = False
    said: list[str] = field(default_factory=list)

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
        if before in DONE and after not in DONE:
            self.reopened += 1
            self.moments.setdefault("first_reopened_at", "AUTO")
        if after != "NEW":
            self.moments.setdefault("acknowledged_at", "AUTO")
        if after == "ACTIVE":
            self.moments.setdefault("responded_at", "AUTO")
        self.resolve(after)

    def resolve(self, after: str) -> None:
        if after == "RESOLVED" or (after in DONE_STAGES and "resolved_at" not in self.moments):
            self.moments["resolved_at"] = "AUTO"
            self.moments.setdefault("first_resolved_at", "AUTO")
        elif after in {"NEW", "TRIAGE", "ACTIVE"}:
            self.moments.pop("resolved_at", None)
        self.moments.pop("closed_at", None)
        if after == "CLOSED":
            self.moments["closed_at"] = "AUTO"

    def assign(self, somebody: bool) -> None:
        if somebody and not self.responsible:
            self.moments.setdefault("acknowledged_at", "AUTO")
        self.responsible = somebody

    def stamp(self, name: str, told: bool) -> bool:
        """Whether it is taken: an end is told of what has come to it, and never taken back from that."""
        if name in HOLDS and told != (self.category in HOLDS[name]):
            return False
        news = self.moments.get(name) != ("MANUAL" if told else None)
        self._set(name, "MANUAL" if told else None)
        if name == "detected_at" and news and self.moments.get("aware_at") != "MANUAL":
            self._set("aware_at", "AUTO" if told else None)
        return True

    def _set(self, name: str, origin: str | None) -> None:
        self.moments.pop(name, None)
        if origin is not None:
            self.moments[name] = origin


class Life:
    """Does what a step says, has the model do the same, and asserts that it is refused for the right reasons only."""

    def __init__(self, casebook: Casebook, officer: Any, incident: Json) -> None:
        self.casebook, self.officer, self.id, self.model = casebook, officer, incident["id"], Model()
        self.firsts: dict[str, Any] = {}

    async def row(self) -> IncidentRow:
        return await self.casebook.row(self.id)

    async def take(self, step: Step) -> None:
        kind, what = step
        ways: Mapping[str, Callable[[Any], Awaitable[None]]] = {
            "move": self.move, "tell": self.tell, "empty": self.empty, "assign": self.assign, "stale": self.be_late,
            "stamp": self.stamp, "unstamp": self.unstamp, "say": self.say, "take back": self.take_back,
        }  # fmt: skip
        await ways[kind](what)

    async def move(self, status: str) -> None:
        payload = await self.casebook.try_to(MOVE, self.officer, id=self.id, status={"code": status})
        assert {error["field"][0] for error in payload["errors"]} == self.model.lacks(status)
        if not payload["errors"]:
            self.model.move(status)

    async def edit(self, **fields: Any) -> list[str]:
        """With the present version: the codes of what was refused."""
        version = (await self.row()).version
        payload = await self.casebook.try_to(EDIT, self.officer, id=self.id, expectedVersion=version, **fields)
        return [error["code"] for error in payload["errors"]]

    async def tell(self, name: str) -> None:
        assert await self.edit(**{name: VALUES[name]}) == []
        self.model.told.add(name)

    async def empty(self, name: str) -> None:
        assert await self.edit(**{name: None}) == []
        self.model.told.discard(name)

    async def assign(self, somebody: bool) -> None:
        assert await self.edit(responsibleId=str(self.casebook.ada) if somebody else None) == []
        self.model.assign(somebody)

    async def stamp(self, name: str) -> None:
        await self._tell_moment(name, BY_HAND[name])

    async def unstamp(self, name: str) -> None:
        await self._tell_moment(name, None)

    async def _tell_moment(self, name: str, at: str | None) -> None:
        refused = await self.edit(timestamps=[{"timestamp": name.removesuffix("_at").upper(), "at": at}])
        assert refused == ([] if self.model.stamp(name, at is not None) else ["INVALID"])
        self.firsts.pop(name, None)

    async def be_late(self, name: str) -> None:
        """With another version than the present one: nothing comes of it."""
        before = await self.row()
        late = {"expectedVersion": before.version - 1 or before.version + 1, name: VALUES[name]}
        payload = await self.casebook.try_to(LATE, self.officer, id=self.id, **late)
        assert [error["code"] for error in payload["errors"]] == ["CONFLICT"]
        assert bool(payload["conflicts"]) == (name not in self.model.told)
        assert (await self.row()).sequence == before.sequence

    async def say(self, _: None) -> None:
        before = await self.row()
        self.model.said.append((await self.casebook.say(self.officer, {"id": self.id}))["id"])
        after = await self.row()
        assert (after.version, after.sequence) == (before.version, before.sequence + 1)

    async def take_back(self, _: None) -> None:
        if self.model.said:
            payload = await self.casebook.try_to(DELETE_COMMENT, self.officer, id=self.model.said.pop())
            assert payload["errors"] == []

    async def end(self) -> None:
        await self.casebook.try_to(DELETE, self.officer, id=self.id)
        payload = await self.casebook.try_to(MOVE, self.officer, id=self.id, status={"code": "open"})
        assert [error["code"] for error in payload["errors"]] == ["NOT_FOUND"]

    async def check_stamps(self) -> None:
        row = await self.row()
        assert row.status_category == self.model.category
        assert row.reopen_count == self.model.reopened
        assert {name: note["origin"] for name, note in row.timestamps.items()} == self.model.moments
        assert {name for name in COLUMNS if getattr(row, name) is not None} == set(self.model.moments)
        for name in FIRST:
            assert self.firsts.setdefault(name, getattr(row, name)) in (None, getattr(row, name))
            self.firsts[name] = getattr(row, name)


async def check_history(casebook: Casebook, row: IncidentRow) -> None:
    """Entries follow one another, each begins where the last one ended, and in the end they tell what there is."""
    entries = await casebook.changes(row.id)
    assert [entry.sequence for entry in entries] == list(range(1, row.sequence + 1))
    told: Json = {"reopen_count": 0, "status_category": "NEW"}
    for entry in (each for each in entries if each.part_type is None):
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
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, deleted=st.booleans())
async def test_every_life_keeps_the_rules(casebook: Casebook, steps: list[Step], deleted: bool) -> None:
    await casebook.demand(GATES)
    officer = casebook.officer(casebook.acme)
    life = Life(casebook, officer, await casebook.register(officer))

    for step in steps:
        await life.take(step)
        await life.check_stamps()
    row = await life.row()
    await check_stretches(casebook, row)
    if deleted:
        await life.end()

    await check_history(casebook, await life.row())
    verdict = await verify_histories(casebook.service.database)
    assert (verdict.broken, row.id in map(UUID, verdict.ends)) == ([], True)
