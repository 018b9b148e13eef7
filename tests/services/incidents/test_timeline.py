"""Timelines: what people write and what the registry knows itself, in one list by time."""

from typing import Any
from uuid import uuid4

import pytest

from services.incidents.graphql.types import timeline
from services.incidents.persistence.timelines import Timelines
from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import DELETE, SHOW, Casebook
from tests.support.restricted import ada, bob, others
from tests.support.services import Json

_ENTRY = """{ entry { id version at until kind title text pinned inReport audience author { id } editedAt }
    errors { code message field } }"""
ADD = f"mutation ($input: AddIncidentTimelineEntryInput!) {{ addIncidentTimelineEntry(input: $input) {_ENTRY} }}"
EDIT = f"mutation ($input: EditIncidentTimelineEntryInput!) {{ editIncidentTimelineEntry(input: $input) {_ENTRY} }}"
REMOVE = (
    f"mutation ($input: DeleteIncidentTimelineEntryInput!) {{ deleteIncidentTimelineEntry(input: $input) {_ENTRY} }}"
)
TIMELINE = """
query ($id: ID!, $kinds: [TimelineKind!], $order: TimelineOrder = OLDEST_FIRST, $first: Int = 50, $after: String) {
  incident(id: $id) { timeline(kinds: $kinds, order: $order, first: $first, after: $after) {
    nodes { at kind actor { id } entry { id title } timestamp { timestamp origin } status { id } statusBefore { id }
      sequence } totalCount pageInfo { hasNextPage endCursor } } } }
"""
NEW_YEAR = "2026-01-01T00:00:00Z"


async def tell(casebook: Casebook, incident: Json, title: str, at: str = NEW_YEAR, **more: Any) -> Json:
    payload = await casebook.try_to(ADD, ada(casebook), incidentId=incident["id"], at=at, title=title, **more)
    assert payload["errors"] == []
    found: Json = payload["entry"]
    return found


async def page(casebook: Casebook, incident: Json, actor: Any = None, **more: Any) -> Json:
    found = await casebook.service.data(TIMELINE, actor or ada(casebook), id=incident["id"], **more)
    shown: Json = found["incident"]["timeline"]
    return shown


def told(nodes: list[Json]) -> list[str]:
    """The title of what was written, the moment, or the kind."""
    return [
        (each["entry"] or {}).get("title") or (each["timestamp"] or {}).get("timestamp") or each["kind"]
        for each in nodes
    ]


async def test_what_was_written_stands_among_what_the_registry_knows(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook), occurredAt="2025-12-31T23:00:00Z")
    await casebook.move(bob(casebook), incident, "in-progress")
    written = await tell(casebook, incident, "Called the provider")
    later = await tell(casebook, incident, "Review is due", at="2999-01-01T00:00:00Z")

    shown = await page(casebook, incident)

    assert told(shown["nodes"]) == [
        "OCCURRED", "Called the provider", "REGISTERED", "ACKNOWLEDGED", "RESPONDED", "STATUS_CHANGED", "Review is due",
    ]  # fmt: skip
    assert shown["totalCount"] == 7
    moved = shown["nodes"][5]
    assert (moved["status"]["id"], moved["statusBefore"]["id"], moved["sequence"], moved["actor"]["id"]) == (
        str(casebook.id_of("in-progress")), str(casebook.id_of("open")), 2, str(casebook.bob),
    )  # fmt: skip
    assert shown["nodes"][0]["timestamp"]["origin"] == "MANUAL"
    assert (shown["nodes"][1]["entry"]["id"], shown["nodes"][6]["entry"]["id"]) == (written["id"], later["id"])


async def test_it_is_read_from_either_end_and_page_by_page(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    for number in range(5):  # two at a time, at the same time
        await tell(casebook, incident, f"Step {number}", at=f"2026-01-0{1 + number // 2}T00:00:00Z")

    found = {}
    for order in ("OLDEST_FIRST", "NEWEST_FIRST"):
        nodes, after = [], None
        for _ in range(3):
            shown = await page(casebook, incident, kinds=["MANUAL"], order=order, first=2, after=after)
            nodes += shown["nodes"]
            after = shown["pageInfo"]["endCursor"]
        assert (shown["pageInfo"]["hasNextPage"], shown["totalCount"]) == (False, 5)
        found[order] = told(nodes)

    assert found["OLDEST_FIRST"] == [f"Step {number}" for number in range(5)]
    assert found["NEWEST_FIRST"] == found["OLDEST_FIRST"][::-1]


async def test_a_cursor_of_another_list_is_refused(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await tell(casebook, incident, "One")
    cursor = (await page(casebook, incident, first=1))["pageInfo"]["endCursor"]

    for other in ({"order": "NEWEST_FIRST"}, {"kinds": ["MANUAL"]}):
        answer = await casebook.service.graph(TIMELINE, ada(casebook), id=incident["id"], after=cursor, **other)
        assert answer["errors"][0]["extensions"]["code"] == "INVALID"


async def test_kinds_choose_what_is_listed(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await tell(casebook, incident, "By hand")
    await tell(casebook, incident, "From the old system", kind="IMPORTED")

    for kinds, titles in (
        (["MANUAL"], ["By hand"]),
        (["IMPORTED", "REGISTERED"], ["From the old system", "REGISTERED"]),
        ([], []),
    ):
        shown = await page(casebook, incident, kinds=kinds)
        assert (told(shown["nodes"]), shown["totalCount"]) == (titles, len(titles))


async def test_an_entry_is_edited_and_deleted_and_the_history_keeps_it(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    more: Json = {"text": "By phone", "until": "2026-01-01T01:00:00Z", "pinned": True, "inReport": True}
    entry = await tell(casebook, incident, "Caled", audience="EXTERNAL", **more)

    changed = {"title": "Called", "text": None, "at": "2025-12-31T00:00:00Z", "audience": "INTERNAL"}
    edited = (await casebook.try_to(EDIT, bob(casebook), id=entry["id"], expectedVersion=1, **changed))["entry"]
    removed = await casebook.try_to(REMOVE, bob(casebook), id=entry["id"], expectedVersion=2)

    assert (edited["version"], edited["title"], edited["text"], edited["at"]) == (
        2, "Called", None, "2025-12-31T00:00:00+00:00",
    )  # fmt: skip
    assert (edited["until"], edited["pinned"], edited["inReport"], edited["author"]["id"]) == (
        "2026-01-01T01:00:00+00:00", True, True, str(casebook.ada),
    )  # fmt: skip
    assert removed["errors"] == []
    assert told((await page(casebook, incident))["nodes"]) == ["REGISTERED"]
    _, added, changed_entry, gone = await casebook.changes(incident["id"])
    assert [each.operation for each in (added, changed_entry, gone)] == ["ADDED", "EDITED", "REMOVED"]
    assert changed_entry.changes["title"] == ["Caled", "Called"]
    assert gone.changes["title"] == ["Called", None]
    assert (await verify_histories(casebook.service.database)).broken == []
    async with casebook.unchanged():
        again = await casebook.try_to(REMOVE, bob(casebook), id=entry["id"])
        (error,) = (await casebook.try_to(EDIT, ada(casebook), id=entry["id"], expectedVersion=3))["errors"]
    assert (again["errors"], error["code"]) == ([], "NOT_FOUND")


async def test_an_edit_that_changes_nothing_writes_nothing_and_a_stale_one_is_told(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    entry = await tell(casebook, incident, "Called")

    async with casebook.unchanged():
        same = await casebook.try_to(EDIT, bob(casebook), id=entry["id"], expectedVersion=1, title=" Called ")
        stale = await casebook.try_to(EDIT, bob(casebook), id=entry["id"], expectedVersion=2, title="Rang")

    assert (same["entry"], same["errors"]) == (entry, [])
    assert stale["entry"] == entry
    assert [(error["code"], error["field"]) for error in stale["errors"]] == [("CONFLICT", ["expectedVersion"])]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, ["title"]),
        ({"title": "x" * 301}, ["title"]),
        ({"text": "x" * 20_001}, ["text"]),
        ({"at": "2026-01-01T00:00:00"}, ["at"]),
        ({"until": "2025-12-31T00:00:00Z"}, ["until"]),
        ({"kind": "STATUS_CHANGED"}, ["kind"]),
    ],
)
async def test_what_breaks_a_rule_names_its_field(casebook: Casebook, given: Json, field: list[str]) -> None:
    incident = await casebook.register(ada(casebook))
    async with casebook.unchanged():
        payload = await casebook.try_to(
            ADD, ada(casebook), **{"incidentId": incident["id"], "at": NEW_YEAR, "title": "Called"} | given
        )
    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", field)]


async def test_the_longest_texts_are_taken_and_nothing_is_emptied_that_has_to_be(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    entry = await tell(casebook, incident, "x" * 300, text="x" * 20_000)

    async with casebook.unchanged():
        for name in ("at", "title", "pinned", "inReport", "audience"):
            payload = await casebook.try_to(EDIT, ada(casebook), id=entry["id"], expectedVersion=1, **{name: None})
            assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", [name])]


async def test_who_may_not_edit_writes_nothing_and_strangers_find_nothing(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    entry = await tell(casebook, incident, "Called")
    stranger = casebook.officer(casebook.north)

    async with casebook.unchanged():
        for actor, code in ((casebook.reader(casebook.acme), "DENIED"), (stranger, "NOT_FOUND")):
            new = {"incidentId": incident["id"], "at": NEW_YEAR, "title": "Mine"}
            answers = [
                await casebook.try_to(ADD, actor, **new),
                await casebook.try_to(EDIT, actor, id=entry["id"], expectedVersion=1, title="Mine"),
                await casebook.try_to(REMOVE, actor, id=entry["id"]),
            ]
            assert [each["errors"][0]["code"] for each in answers] == [code] * 3
        foreign, absent = [await casebook.try_to(REMOVE, stranger, id=each) for each in (entry["id"], str(uuid4()))]
    assert foreign == absent


async def test_the_timeline_of_a_restricted_incident_is_for_its_members(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    entry = await tell(casebook, incident, "Called")
    await casebook.change(SHOW, ada(casebook), id=incident["id"], visibility="RESTRICTED")

    async with casebook.unchanged():
        for actor in others(casebook):
            assert (await casebook.service.data(TIMELINE, actor, id=incident["id"]))["incident"] is None
            assert (await casebook.try_to(REMOVE, actor, id=entry["id"]))["errors"][0]["code"] == "NOT_FOUND"
    assert told((await page(casebook, incident))["nodes"]) == ["Called", "REGISTERED"]


async def test_a_deleted_incident_has_no_timeline(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    entry = await tell(casebook, incident, "Called")
    await casebook.try_to(DELETE, ada(casebook), id=incident["id"])

    (error,) = (await casebook.try_to(EDIT, ada(casebook), id=entry["id"], expectedVersion=1, title="Mine"))["errors"]

    assert error["code"] == "NOT_FOUND"


async def test_timelines_of_many_incidents_cost_as_many_statements_as_one(casebook: Casebook) -> None:
    incidents = [await casebook.register(ada(casebook)) for _ in range(3)]
    for incident in incidents:
        await tell(casebook, incident, "Called")
        await casebook.move(ada(casebook), incident, "triage")
    fields = "timeline { nodes { kind entry { title } status { id } } totalCount }"
    counted = []
    for some in (incidents[:1], incidents):
        with casebook.service.statements() as statements:
            await casebook.service.entities("Incident", [each["id"] for each in some], fields, ada(casebook))
        counted.append(len(statements))
    assert counted == [5, 5]  # the incidents, the places, what was written, what changed, how many


@pytest.mark.parametrize("gone", ["_entries", "_changes"])
async def test_what_goes_while_its_timeline_is_read_is_left_out(
    casebook: Casebook, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    incident = await casebook.register(ada(casebook))
    await casebook.move(ada(casebook), incident, "triage")
    await tell(casebook, incident, "By hand")

    async def nothing(*_: Any) -> Json:
        return {}

    monkeypatch.setattr(Timelines, gone, nothing)
    shown = await page(casebook, incident, kinds=["MANUAL", "STATUS_CHANGED"])

    assert told(shown["nodes"]) == {"_entries": ["STATUS_CHANGED"], "_changes": ["By hand"]}[gone]


async def test_a_moment_that_comes_while_its_timeline_is_read_is_left_out(
    casebook: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = await casebook.register(ada(casebook), occurredAt=NEW_YEAR)
    monkeypatch.setattr(timeline, "moments_of", lambda _: [])

    shown = await page(casebook, incident)

    assert told(shown["nodes"]) == ["REGISTERED"]
