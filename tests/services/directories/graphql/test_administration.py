"""Reordering, merging, what refers to what, usage and history."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import orjson
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chassis.access import EVERY_COMPANY, Actor
from chassis.identifiers import uuid7
from tests.support.defaults import DEFAULTS
from tests.support.services import RunningService, user

CREATE = """
mutation ($input: CreateDirectoryEntryInput!) { createDirectoryEntry(input: $input) {
    entry { id code parent { code } ... on LinkType { inverse { code } } } errors { code message field } } }
"""
EDIT = """
mutation ($input: EditDirectoryEntryInput!) { editDirectoryEntry(input: $input) {
    entry { code version parent { code } ... on LinkType { inverse { code } } } errors { code message field } } }
"""
REORDER = """
mutation ($input: ReorderDirectoryInput!) { reorderDirectory(input: $input) {
    entries { code order version } errors { code message field } } }
"""
MERGE = """
mutation ($input: MergeDirectoryEntriesInput!) { mergeDirectoryEntries(input: $input) {
    entry { id code } errors { code message field } } }
"""
LINKS = "{ directoryEntries(kind: LINK_TYPE) { code version ... on LinkType { inverse { code } } } }"
HISTORY = """
query ($filter: DirectoryChangeFilter, $first: Int!, $after: String) {
    directoryChanges(filter: $filter, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes { code kind operation actor { id } company { id } changes { field before after } } } }
"""

Run = Callable[..., Awaitable[Any]]


@pytest.fixture
def run(directories: RunningService, manager: Actor) -> Run:
    """The payload of a mutation."""

    async def payload(mutation: str, actor: Actor = manager, **given: Any) -> Any:
        (found,) = (await directories.data(mutation, actor, input=given)).values()
        return found

    return payload


def refusals(payload: Any) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["field"]) for error in payload["errors"]]


async def test_one_mutation_puts_a_whole_directory_into_another_order(
    directories: RunningService, run: Run, reader: Actor, ids: dict[str, UUID]
) -> None:
    order = ["critical", "low", "high", "medium"]

    made = await run(REORDER, kind="SEVERITY", ids=[str(ids[code]) for code in order])

    assert made["errors"] == []
    assert [(each["code"], each["order"]) for each in made["entries"]] == [
        ("critical", 10), ("low", 20), ("high", 30), ("medium", 40),
    ]  # fmt: skip
    assert [each["version"] for each in made["entries"]] == [2, 2, 1, 2]  # high stays where it was
    listed = (await directories.data("{ severities { code } }", reader))["severities"]
    assert [each["code"] for each in listed] == order
    assert len(await directories.events()) == DEFAULTS + 3


async def test_the_types_of_one_class_are_put_in_order_alone(run: Run, ids: dict[str, UUID]) -> None:
    types = ["fraud.phishing", "fraud.masquerade", "fraud.copyright", "fraud.unauthorised-use-of-resources"]
    given = {"kind": "INCIDENT_TYPE", "ids": [str(ids[code]) for code in types]}

    made = await run(REORDER, **given, parentId=str(ids["fraud"]))
    whole = await run(REORDER, **given)

    assert [each["code"] for each in made["entries"]] == types
    assert refusals(whole) == [("INVALID", ["ids"])]
    assert "left out" in whole["errors"][0]["message"]


@pytest.mark.parametrize(
    ("order", "problem"),
    [
        (["critical", "low", "high"], "left out: medium"),
        (["critical", "low", "high", "medium", "low"], "given twice"),
        (["critical", "low", "high", "medium", "open"], "not of this directory"),
    ],
)
async def test_an_order_that_is_not_of_all_is_refused_and_nothing_moves(
    directories: RunningService, run: Run, ids: dict[str, UUID], order: list[str], problem: str
) -> None:
    refused = await run(REORDER, kind="SEVERITY", ids=[str(ids[code]) for code in order])

    assert (refused["entries"], refusals(refused)) == (None, [("INVALID", ["ids"])])
    assert problem in refused["errors"][0]["message"]
    assert len(await directories.events()) == DEFAULTS


async def test_a_merged_entry_is_read_as_the_one_that_is_left_and_its_code_stays_taken(
    directories: RunningService, run: Run, reader: Actor, ids: dict[str, UUID]
) -> None:
    low, medium = str(ids["low"]), str(ids["medium"])

    made = await run(MERGE, id=low, expectedVersion=1, intoId=medium)

    assert (made["entry"], made["errors"]) == ({"id": medium, "code": "medium"}, [])
    assert (
        await directories.entities("Severity", [low, medium], "code name", reader)
        == [{"code": "medium", "name": "Medium"}] * 2
    )
    kept = "query ($id: ID!) { directoryEntry(id: $id) { code active mergedInto { code } } }"
    assert (await directories.data(kept, reader, id=low))["directoryEntry"] == {
        "code": "low",
        "active": False,
        "mergedInto": {"code": "medium"},
    }
    listed = (await directories.data("{ severities { code } }", reader))["severities"]
    assert {"code": "low"} not in listed
    again = await run(CREATE, kind="SEVERITY", code="low", color="#000000", rank=1)
    assert refusals(again) == [("CONFLICT", ["code"])]
    told = [(event.type, event.sequence, event.data) for event in (await directories.events())[-2:]]
    assert told == [
        ("directory.entry_changed.v1", 2, {"entry_id": low, "kind": "severity"}),
        ("directory.entry_merged.v1", 3, {"entry_id": low, "into_id": medium, "kind": "severity"}),
    ]


async def test_what_was_merged_before_follows_and_cannot_be_changed_any_more(
    directories: RunningService, run: Run, reader: Actor, ids: dict[str, UUID]
) -> None:
    low, medium, high = (str(ids[code]) for code in ("low", "medium", "high"))
    await run(MERGE, id=low, expectedVersion=1, intoId=medium)
    await run(MERGE, id=medium, expectedVersion=1, intoId=high)

    assert await directories.entities("Severity", [low, medium], "code", reader) == [{"code": "high"}] * 2
    edited = await run(EDIT, id=low, expectedVersion=3, active=True)
    merged = await run(MERGE, id=low, expectedVersion=3, intoId=high)
    assert (refusals(edited), refusals(merged)) == ([("INVALID", ["id"])],) * 2


async def test_the_types_of_a_merged_class_go_along(
    run: Run, directories: RunningService, ids: dict[str, UUID]
) -> None:
    await run(MERGE, id=str(ids["fraud"]), expectedVersion=1, intoId=str(ids["other"]))

    found = await directories.entities("IncidentType", [ids["fraud.phishing"]], "classification { code }", user())
    assert found == [{"classification": {"code": "other"}}]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("low", "low", "into itself"),
        ("low", "open", "the same directory"),
        ("resolved", "closed", "the same category"),
        ("open", "closed", "the same category"),
        ("caused-by", "related", "their own opposite"),
    ],
)
async def test_what_makes_no_sense_is_not_merged(
    directories: RunningService, run: Run, ids: dict[str, UUID], old: str, new: str, problem: str
) -> None:
    refused = await run(MERGE, id=str(ids[old]), expectedVersion=1, intoId=str(ids[new]))

    assert (refused["entry"], refusals(refused)) == (None, [("INVALID", ["intoId"])])
    assert problem in refused["errors"][0]["message"]
    assert len(await directories.events()) == DEFAULTS


async def test_a_stale_version_and_an_absent_entry_are_not_merged(run: Run, ids: dict[str, UUID]) -> None:
    low = str(ids["low"])

    assert refusals(await run(MERGE, id=low, expectedVersion=7, intoId=str(ids["high"]))) == [
        ("CONFLICT", ["expectedVersion"])
    ]
    assert refusals(await run(MERGE, id=low, expectedVersion=1, intoId=str(uuid7()))) == [("NOT_FOUND", ["intoId"])]
    assert refusals(await run(MERGE, id=str(uuid7()), expectedVersion=1, intoId=low)) == [("NOT_FOUND", ["id"])]


async def test_a_cycle_of_parents_is_refused_by_name(run: Run, directories: RunningService) -> None:
    for code, above in (("a", None), ("b", "a"), ("c", "b")):
        parent = {} if above is None else {"parent": {"code": above}}
        made = await run(CREATE, kind="OUTCOME", code=code, color="#000000", **parent)
        assert made["errors"] == []
    top = (await directories.ask("lookups/directory_entry", {"codes": ["a"]}, caller="incidents"))[0]["id"]

    for below in ("a", "b", "c"):
        refused = await run(EDIT, id=top, expectedVersion=1, parent={"code": below})
        assert refusals(refused) == [("INVALID", ["parent"])]
        assert refused["errors"][0]["message"] == f"{below} is a itself or below it: choose another parent."


async def test_directories_without_trees_have_no_parents(run: Run) -> None:
    refused = await run(CREATE, kind="SEVERITY", code="a", color="#000000", rank=1, parent={"code": "high"})

    assert refusals(refused) == [("INVALID", ["parent"])]


async def test_opposites_of_link_types_are_kept_in_pairs(
    directories: RunningService, run: Run, reader: Actor, ids: dict[str, UUID]
) -> None:
    async def inverses() -> dict[str, str]:
        found = (await directories.data(LINKS, reader))["directoryEntries"]
        return {each["code"]: each["inverse"]["code"] for each in found}

    before = await inverses()
    assert {code: before[other] for code, other in before.items()} == {code: code for code in before}

    made = await run(CREATE, kind="LINK_TYPE", code="blocks", color="#000000", inverse={"code": "caused-by"})

    assert made["entry"]["inverse"] == {"code": "caused-by"}
    changed = {"blocks": "caused-by", "caused-by": "blocks", "cause-of": "cause-of"}
    assert await inverses() == before | changed
    edited = await run(EDIT, id=made["entry"]["id"], expectedVersion=1, inverse=None)
    assert edited["entry"]["inverse"] == {"code": "blocks"}
    assert await inverses() == before | {"blocks": "blocks", "caused-by": "caused-by", "cause-of": "cause-of"}


class Counting:
    """Stands for incidents: answers how often entries are used, and remembers what it was asked."""

    def __init__(self, **used: int) -> None:
        self.used = used
        self.asked: list[Any] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(await Request(scope, receive).json())
        await Response(orjson.dumps(self.used), media_type="application/json")(scope, receive, send)


@pytest.fixture
async def counting(directories: RunningService, ids: dict[str, UUID]) -> AsyncIterator[Counting]:
    counter = Counting(**{str(ids["fraud"]): 7})
    directories.transport.applications["incidents"] = counter
    yield counter
    del directories.transport.applications["incidents"]


async def test_usage_of_a_list_is_asked_once_in_the_companies_that_the_reader_manages(
    directories: RunningService, counting: Counting, manager: Actor, local_manager: Actor, acme: UUID
) -> None:
    query = "{ classifications { code usage { incidents entries } } }"

    whole = (await directories.data(query, manager))["classifications"]
    part = (await directories.data(query, local_manager))["classifications"]

    assert {"code": "fraud", "usage": {"incidents": 7, "entries": 4}} in whole
    assert part == whole
    assert [each["company_ids"] for each in counting.asked] == [None, [str(acme)]]
    assert len(counting.asked[0]["entry_ids"]) == 11


async def test_an_entry_that_is_used_is_deactivated_and_the_answer_says_where_it_is_used(
    directories: RunningService, counting: Counting, manager: Actor, reader: Actor, ids: dict[str, UUID]
) -> None:
    edit = """mutation ($input: EditDirectoryEntryInput!) { editDirectoryEntry(input: $input) {
        entry { active usage { incidents entries } } errors { code } } }"""

    off = {"id": str(ids["fraud"]), "expectedVersion": 1, "active": False}
    made = (await directories.data(edit, manager, input=off))["editDirectoryEntry"]

    assert made == {"entry": {"active": False, "usage": {"incidents": 7, "entries": 4}}, "errors": []}
    found = await directories.entities("Classification", [ids["fraud"]], "code active", reader)
    assert found == [{"code": "fraud", "active": False}]


async def test_usage_is_nothing_for_who_manages_nothing(
    directories: RunningService, counting: Counting, reader: Actor
) -> None:
    found = await directories.data("{ classifications { usage { incidents } } }", reader)

    assert found["classifications"] == [{"usage": None}] * 11
    assert counting.asked == []


async def test_the_history_tells_who_changed_what_from_what_to_what(
    directories: RunningService, run: Run, manager: Actor, ids: dict[str, UUID]
) -> None:
    fraud = str(ids["fraud"])
    text = [{"locale": "en", "name": "Swindle"}]
    await run(EDIT, id=fraud, expectedVersion=1, color="#111111", translations=text, validTo="2030-01-31")
    await run(EDIT, id=str(ids["fraud.phishing"]), expectedVersion=1, classification={"code": "other"})
    await run(EDIT, id=fraud, expectedVersion=2, active=False)

    found = (await directories.data(HISTORY, manager, first=3))["directoryChanges"]

    assert found["totalCount"] == DEFAULTS + 3
    assert {each["actor"]["id"] for each in found["nodes"]} == {str(manager.id)}
    told = [(each["code"], each["operation"], each["changes"]) for each in found["nodes"]]
    assert told == [
        ("fraud", "DEACTIVATED", [{"field": "active", "before": "true", "after": "false"}]),
        ("fraud.phishing", "EDITED", [{"field": "parent", "before": "fraud", "after": "other"}]),
        (
            "fraud",
            "EDITED",
            [
                {"field": "color", "before": "#E9DD3C", "after": "#111111"},
                {"field": "name.en", "before": "Fraud", "after": "Swindle"},
                {"field": "validTo", "before": None, "after": "2030-01-31"},
            ],
        ),
    ]
    of_one = (await directories.data(HISTORY, manager, first=1, filter={"entryIds": [fraud]}))["directoryChanges"]
    more = {"first": 5, "after": of_one["pageInfo"]["endCursor"], "filter": {"entryIds": [fraud]}}
    rest = (await directories.data(HISTORY, manager, **more))["directoryChanges"]
    assert [each["operation"] for each in (*of_one["nodes"], *rest["nodes"])] == ["DEACTIVATED", "EDITED", "CREATED"]
    assert rest["nodes"][-1]["actor"] is None


async def test_the_history_of_a_company_s_entries_is_for_who_manages_them(
    directories: RunningService, run: Run, local_manager: Actor, outsider: Actor, reader: Actor, acme: UUID
) -> None:
    new = {"kind": "ROLE", "code": "kanarien", "color": "#000000", "company": {"id": str(acme)}}
    assert (await run(CREATE, local_manager, **new))["errors"] == []

    async def newest(actor: Actor) -> Any:
        return (await directories.data(HISTORY, actor, first=1))["directoryChanges"]["nodes"]

    own = await newest(local_manager)
    assert (own[0]["code"], own[0]["company"]) == ("kanarien", {"id": str(acme)})
    assert "kanarien" not in str(await newest(outsider))
    assert len(await newest(outsider)) == 1  # that of everybody's entries
    for nobody in (reader, user({"incident.view": EVERY_COMPANY})):
        assert await newest(nobody) == []
