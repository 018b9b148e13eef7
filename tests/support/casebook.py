"""The incidents service for its tests: two companies, people and directories as its peers tell of them.

casebook = await Casebook.open(service)
incident = await casebook.register(casebook.officer(casebook.acme), title="Lost notebook")
async with casebook.unchanged():
    ...
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self
from uuid import UUID

from sqlalchemy import select

from chassis.access import EVERY_COMPANY, Actor, Everywhere
from chassis.broker.in_process import InProcessBroker
from chassis.identifiers import uuid7
from chassis.migrations import SEALED
from services.incidents.__main__ import SERVICE
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.persistence.gates import locked
from services.incidents.persistence.rows import (
    Base,
    ChangeRow,
    IncidentRow,
    IntervalRow,
    NumberRow,
    SourceRow,
)
from tests.support.events import make_event
from tests.support.services import Json, Published, RunningService, user

PERMISSIONS = tuple(f"incident.{right}" for right in ("view", "add", "edit", "delete", "close", "reopen"))
UNITS = ("department", "site", "team")
SYSTEM = Actor.system("test", EVERY_COMPANY)
REGISTER = """
mutation ($input: RegisterIncidentInput!) { registerIncident(input: $input) {
    incident { id reference title version company { id } statusCategory closedAt } alreadyRegistered
    errors { code message field } } }
"""
REGISTER_MANY = """
mutation ($incidents: [RegisterIncidentInput!]!) { registerIncidents(input: {incidents: $incidents}) {
    results { incident { id reference title company { id } } alreadyRegistered errors { code message field } }
    errors { code message field } } }
"""
_CHANGED = "{ incident { id title version sequence statusCategory closedAt } errors { code message field } }"
EDIT = f"mutation ($input: EditIncidentInput!) {{ editIncident(input: $input) {_CHANGED} }}"
MOVE = f"mutation ($input: ChangeIncidentStatusInput!) {{ changeIncidentStatus(input: $input) {_CHANGED} }}"
RESTRICTION = "{ incident { id version visibility members { id } } errors { code message field } }"
SHOW = f"mutation ($input: ChangeIncidentVisibilityInput!) {{ changeIncidentVisibility(input: $input) {RESTRICTION} }}"
CONFIDE = f"mutation ($input: ChangeIncidentMembersInput!) {{ changeIncidentMembers(input: $input) {RESTRICTION} }}"
DELETE = """
mutation ($input: DeleteIncidentInput!) { deleteIncident(input: $input) {
    deletedId incident { id version } errors { code message field } } }
"""
_COMMENT = """{ comment { id body version audience replyToId author { id } mentions { id } editedAt deletedAt }
    errors { code message field } }"""
_TASK = """{ task { id title description status mandatory assignees { id } team { id } dueAt startedAt finishedAt result
    dependsOn version } errors { code message field } }"""
ADD_COMMENT = f"mutation ($input: AddIncidentCommentInput!) {{ addIncidentComment(input: $input) {_COMMENT} }}"
EDIT_COMMENT = f"mutation ($input: EditIncidentCommentInput!) {{ editIncidentComment(input: $input) {_COMMENT} }}"
DELETE_COMMENT = f"mutation ($input: DeleteIncidentCommentInput!) {{ deleteIncidentComment(input: $input) {_COMMENT} }}"
ADD_TASK = f"mutation ($input: AddIncidentTaskInput!) {{ addIncidentTask(input: $input) {_TASK} }}"
EDIT_TASK = f"mutation ($input: EditIncidentTaskInput!) {{ editIncidentTask(input: $input) {_TASK} }}"
MOVE_TASK = f"mutation ($input: MoveIncidentTaskInput!) {{ moveIncidentTask(input: $input) {_TASK} }}"
DELETE_TASK = """
mutation ($input: DeleteIncidentTaskInput!) { deleteIncidentTask(input: $input) {
    deletedId task { id version } errors { code message field } } }
"""
_REVIEW = """{ review { id version status summary impact wentBadly facilitator { id } participants { id } covers
    rootCauses { category text whys } controlsImproved approvedBy { id } approvedAt }
    conflicts { field yours current } errors { code message field } }"""
START_REVIEW = f"mutation ($input: StartIncidentReviewInput!) {{ startIncidentReview(input: $input) {_REVIEW} }}"
EDIT_REVIEW = f"mutation ($input: EditIncidentReviewInput!) {{ editIncidentReview(input: $input) {_REVIEW} }}"
MOVE_REVIEW = f"""mutation ($input: ChangeIncidentReviewStatusInput!) {{
    changeIncidentReviewStatus(input: $input) {_REVIEW} }}"""
SET_POLICY = """
mutation ($input: SetIncidentReviewPolicyInput!) { setIncidentReviewPolicy(input: $input) {
    policy { requiredFromRank dueDays usual version template { summary wentBadly } } errors { code message field } } }
"""
_ITEM = """{ actionItem { id title kind priority status owner { id } department { id } dueAt wontDoReason completedAt
    verifiedBy { id } verifiedAt controlRef externalSystem externalKey externalUrl version }
    errors { code message field } }"""
ADD_ITEM = f"mutation ($input: AddIncidentActionItemInput!) {{ addIncidentActionItem(input: $input) {_ITEM} }}"
EDIT_ITEM = f"mutation ($input: EditIncidentActionItemInput!) {{ editIncidentActionItem(input: $input) {_ITEM} }}"
VERIFY_ITEM = f"mutation ($input: VerifyIncidentActionItemInput!) {{ verifyIncidentActionItem(input: $input) {_ITEM} }}"
DELETE_ITEM = """
mutation ($input: DeleteIncidentActionItemInput!) { deleteIncidentActionItem(input: $input) {
    deletedId actionItem { id version } errors { code message field } } }
"""
_TOLD_APART = frozenset(
    {"incident", "gate", "gate_change", "review_policy", "review_policy_change"}
)  # tables whose rows hang on no incident


class Casebook:
    """`service` on empty tables. ACME and NORTH are companies; Ada and Bob see ACME, Nora sees NORTH."""

    def __init__(self, service: RunningService) -> None:
        self.service = service
        self.acme, self.north = uuid7(), uuid7()
        self.ada, self.bob, self.nora = uuid7(), uuid7(), uuid7()
        self.hall, self.plant = uuid7(), uuid7()  # ids of a department, a site and a team of ACME's and of NORTH's
        self.entries: dict[str, Json] = {}
        self._add_directories()
        self.access = Published(
            company=[company(self.acme, "ACME"), company(self.north, "NORTH")],
            user=[person(self.ada, self.acme), person(self.nora, self.north), person(self.bob, self.acme)],
            **{kind: [unit(self.hall, self.acme), unit(self.plant, self.north)] for kind in UNITS},
        )
        self.directories = Published(directory_entry=list(self.entries.values()))

    @classmethod
    async def open(cls, service: RunningService) -> Self:
        await service.empty()
        made = cls(service)
        service.transport.applications.update(access=made.access, directories=made.directories)
        for projection in SERVICE.worker(service.runtime).projections:
            await projection.fill()
        await made.demand({})
        made.access.asked.clear()
        made.directories.asked.clear()
        return made

    async def demand(self, demands: Mapping[str, Sequence[str]] | None) -> None:
        """Sets the gates of both companies: these by category, and no others; None for the usual ones.

        At first there are none, so that tests about other things move incidents freely.
        """
        async with self.service.database.work(SYSTEM) as work:
            for company in (self.acme, self.north):
                for category in StatusCategory:
                    gate = await locked(company, category, work.session)
                    gate.demands = None if demands is None else [*demands.get(category.value, ())]

    def _add_directories(self) -> None:
        for code, category in (
            ("open", "NEW"), ("triage", "TRIAGE"), ("in-progress", "ACTIVE"), ("resolved", "RESOLVED"),
            ("review", "REVIEW"), ("closed", "CLOSED"), ("filed", "CLOSED"), ("declined", "DECLINED"),
            ("merged", "MERGED"),
        ):  # fmt: skip
            self.add("status", code, category=category, is_initial=code == "open")
        for code in ("fraud", "malware"):
            self.add("classification", code)
        self.add("incident_type", "fraud.phishing", parent="fraud")
        self.add("incident_type", "malware.worm", parent="malware")
        self.add("severity", "low", rank=1)
        self.add("severity", "high", rank=3)
        self.add("priority", "p1", rank=4)
        self.add("priority", "p3", rank=2)
        self.add("outcome", "false-alarm")
        self.add("impact_level", "grave")
        self.add("detection_source", "monitoring")
        self.add("timestamp", "evidence-secured")
        self.add("timestamp", "insurer-informed")
        for code, single in (("lead", True), ("scribe", False), ("dpo", True)):
            self.add("role", code, single=single)
        for code, inverse in (("related", "related"), ("duplicate-of", "has-duplicate"), ("parent-of", "child-of")):
            one = self.add("link_type", code)
            other = one if code == inverse else self.add("link_type", inverse)
            one["inverse_id"], other["inverse_id"] = other["id"], one["id"]
        for code in ("ipv4-addr", "domain-name", "url", "email-addr", "file", "x-cve", "x-other"):
            self.add("indicator_type", code)

    def add(self, kind: str, code: str, *, parent: str | None = None, **more: Any) -> Json:
        """A new entry, known to the directories' owner only."""
        usual = {"id": str(uuid7()), "version": 1, "kind": kind, "code": code, "active": True, "category": None}
        parent_id = None if parent is None else self.entries[parent]["id"]
        of_everybody = dict.fromkeys(("company_id", "valid_from", "valid_to", "merged_into_id", "inverse_id", "rank"))
        no = {"is_initial": False, "single": False}
        self.entries[code] = usual | of_everybody | {"parent_id": parent_id, **no} | more
        return self.entries[code]

    def alter(self, name: str, /, **more: Any) -> None:
        """At the directories, the entry that was added with this code; heard of by nobody yet."""
        entry = self.entries[name]
        entry |= {"version": entry["version"] + 1} | more

    def id_of(self, code: str) -> UUID:
        return UUID(self.entries[code]["id"])

    async def hear(self, source: str, kind: str, /, **data: Any) -> None:
        """Something changes at a peer, and its event arrives."""
        broker = InProcessBroker()
        await SERVICE.worker(self.service.runtime).subscribe(broker)
        await broker.publish([make_event(source=source, type=kind, data=data, company_id=None)])

    def officer(self, *companies: UUID, without: Iterable[str] = (), **more: Any) -> Actor:
        """Who holds every permission about incidents in `companies`, but for some."""
        held = [permission for permission in PERMISSIONS if permission.split(".")[1] not in without]
        return user(dict.fromkeys(held, companies), **more)

    def reader(self, *companies: UUID) -> Actor:
        return user({"incident.view": companies})

    def supervisor(self, *companies: UUID) -> Actor:
        """An officer who sees all restricted incidents of `companies`."""
        return user(dict.fromkeys((*PERMISSIONS, "incident.view_restricted"), companies))

    def administrator(self) -> Actor:
        everywhere: dict[str, Everywhere] = dict.fromkeys(PERMISSIONS, EVERY_COMPANY)
        return user(everywhere)

    async def try_to(self, mutation: str, actor: Actor, **input: Any) -> Json:
        """The payload."""
        (payload,) = (await self.service.data(mutation, actor, input=input)).values()
        found: Json = payload
        return found

    async def register(self, actor: Actor, title: str = "Something happened", **input: Any) -> Json:
        payload = await self.try_to(REGISTER, actor, title=title, **input)
        assert payload["errors"] == []
        found: Json = payload["incident"]
        return found

    async def register_many(self, actor: Actor, rows: list[Json]) -> list[Json]:
        payload = (await self.service.data(REGISTER_MANY, actor, incidents=rows))["registerIncidents"]
        assert payload["errors"] == []
        found: list[Json] = payload["results"]
        return found

    async def change(self, mutation: str, actor: Actor, **input: Any) -> Json:
        """The incident after the change."""
        payload = await self.try_to(mutation, actor, **input)
        assert payload["errors"] == []
        found: Json = payload["incident"]
        return found

    async def say(self, actor: Actor, incident: Json, body: str = "Seen", **more: Any) -> Json:
        """The comment."""
        payload = await self.try_to(ADD_COMMENT, actor, incidentId=incident["id"], body=body, **more)
        assert payload["errors"] == []
        found: Json = payload["comment"]
        return found

    async def add_task(self, actor: Actor, incident: Json, title: str = "Look into it", **more: Any) -> Json:
        """The task."""
        payload = await self.try_to(ADD_TASK, actor, incidentId=incident["id"], title=title, **more)
        assert payload["errors"] == []
        found: Json = payload["task"]
        return found

    async def edit_task(self, actor: Actor, task: Json, **more: Any) -> Json:
        """The task after the change."""
        payload = await self.try_to(EDIT_TASK, actor, id=task["id"], expectedVersion=task["version"], **more)
        assert payload["errors"] == []
        found: Json = payload["task"]
        return found

    async def start_review(self, actor: Actor, incident: Json, **more: Any) -> Json:
        """The review."""
        payload = await self.try_to(START_REVIEW, actor, incidentId=incident["id"], **more)
        assert payload["errors"] == []
        found: Json = payload["review"]
        return found

    async def edit_review(self, actor: Actor, review: Json, **more: Any) -> Json:
        """The review after the change."""
        payload = await self.try_to(EDIT_REVIEW, actor, id=review["id"], expectedVersion=review["version"], **more)
        assert payload["errors"] == []
        found: Json = payload["review"]
        return found

    async def move_review(self, actor: Actor, review: Json, *statuses: str) -> Json:
        """The review after the last step."""
        for status in statuses:
            payload = await self.try_to(MOVE_REVIEW, actor, id=review["id"], status=status)
            assert payload["errors"] == []
            review = payload["review"]
        return review

    async def add_item(self, actor: Actor, incident: Json, title: str = "Keep logs longer", **more: Any) -> Json:
        """The action item."""
        payload = await self.try_to(ADD_ITEM, actor, incidentId=incident["id"], title=title, **more)
        assert payload["errors"] == []
        found: Json = payload["actionItem"]
        return found

    async def edit_item(self, actor: Actor, item: Json, **more: Any) -> Json:
        """The action item after the change."""
        payload = await self.try_to(EDIT_ITEM, actor, id=item["id"], expectedVersion=item["version"], **more)
        assert payload["errors"] == []
        found: Json = payload["actionItem"]
        return found

    async def move(self, actor: Actor, incident: Json, status: str) -> Json:
        return await self.change(MOVE, actor, id=incident["id"], status={"code": status})

    async def row(self, incident: UUID | str) -> IncidentRow:
        """Also of one that is deleted."""
        async with self.service.database.read(SYSTEM) as session:
            return await session.get_one(IncidentRow, UUID(str(incident)))

    async def changes(self, incident: UUID | str) -> list[ChangeRow]:
        """Oldest first."""
        wanted = select(ChangeRow).where(ChangeRow.incident_id == UUID(str(incident))).order_by(ChangeRow.sequence)
        async with self.service.database.read(SYSTEM) as session:
            return list(await session.scalars(wanted))

    async def intervals(self, incident: UUID | str) -> list[IntervalRow]:
        """How it stood when, oldest first."""
        wanted = select(IntervalRow).where(IntervalRow.incident_id == UUID(str(incident)))
        async with self.service.database.read(SYSTEM) as session:
            return list(await session.scalars(wanted.order_by(IntervalRow.sequence)))

    async def kinds_of_events(self, incident: UUID | str) -> list[tuple[int, str]]:
        """Sequence and type."""
        events = [event for event in await self.service.events() if str(event.subject) == str(incident)]
        return [(event.sequence, event.type) for event in events]

    async def references(self) -> list[str]:
        """Of all there ever were."""
        async with self.service.database.read(SYSTEM) as session:
            return sorted(await session.scalars(select(IncidentRow.reference)))

    @asynccontextmanager
    async def unchanged(self) -> AsyncIterator[None]:
        """Asserts that nothing is stored inside, no event either."""
        before = await self._everything()
        yield
        assert await self._everything() == before

    async def _everything(self) -> list[Any]:
        found: list[Any] = [event.event_id for event in await self.service.events()]
        async with self.service.database.read(SYSTEM) as session:
            for table in Base.metadata.sorted_tables:
                if ("incident_id" in table.c and not table.info.get(SEALED)) or table.name in _TOLD_APART:
                    found += sorted(await session.execute(select(table)), key=str)
        async with self.service.database.work(SYSTEM) as work:  # numbers are seen by who registers
            found += sorted(await work.session.execute(select(NumberRow.__table__)), key=str)
            found += sorted(await work.session.execute(select(SourceRow.__table__)), key=str)
        return found


def company(id: UUID, code: str, *, active: bool = True) -> Json:
    return {"id": str(id), "version": 1, "code": code, "active": active}


def unit(id: UUID, company: UUID, *, active: bool = True) -> Json:
    return {"id": str(id), "version": 1, "company_id": str(company), "active": active}


def person(id: UUID, *companies: UUID, active: bool = True) -> Json:
    sees = [str(each) for each in companies]
    return {"id": str(id), "version": 1, "active": active, "every_company": False, "company_ids": sees}
