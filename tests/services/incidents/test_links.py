"""Links between incidents, and to pages elsewhere."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import DELETE, SHOW, Casebook
from tests.support.restricted import ada, bob
from tests.support.services import Json

_LINK = """{ link { id version type { id } incident { id } url title note } errors { code message field } }"""
ADD = f"mutation ($input: AddIncidentLinkInput!) {{ addIncidentLink(input: $input) {_LINK} }}"
REMOVE = f"mutation ($input: RemoveIncidentLinkInput!) {{ removeIncidentLink(input: $input) {_LINK} }}"
LINKS = """
query ($id: ID!, $first: Int = 20, $after: String) { incident(id: $id) { links(first: $first, after: $after) {
    nodes { id type { id } incident { id reference } url title note createdBy { id } } totalCount
    pageInfo { hasNextPage endCursor } } } }
"""
HISTORY = """
query ($id: ID!) { incident(id: $id) { history(first: 50) {
    nodes { operation partType partId record changes { field before after } } } } }
"""


async def link(casebook: Casebook, actor: Any, one: Json, other: Json, kind: str = "related", **more: Any) -> Json:
    payload = await casebook.try_to(
        ADD, actor, incidentId=one["id"], otherId=other["id"], linkType={"code": kind}, **more
    )
    assert payload["errors"] == []
    found: Json = payload["link"]
    return found


async def linked(casebook: Casebook, incident: Json, actor: Any = None) -> list[tuple[str, str]]:
    """How each link is called, and the incident or the address it leads to."""
    codes = {entry["id"]: code for code, entry in casebook.entries.items()}
    shown = await casebook.service.data(LINKS, actor or ada(casebook), id=incident["id"])
    nodes = shown["incident"]["links"]["nodes"]
    assert shown["incident"]["links"]["totalCount"] == len(nodes)
    return [
        (codes[each["type"]["id"]] if each["type"] else "", each["url"] or each["incident"]["id"]) for each in nodes
    ]


async def two(casebook: Casebook) -> tuple[Json, Json]:
    return await casebook.register(ada(casebook)), await casebook.register(ada(casebook))


async def test_each_side_shows_the_link_by_its_own_name(casebook: Casebook) -> None:
    one, other = await two(casebook)

    made = await link(casebook, ada(casebook), one, other, "duplicate-of", note="The same mail")

    assert (made["incident"], made["note"], made["version"]) == ({"id": other["id"]}, "The same mail", 1)
    assert await linked(casebook, one) == [("duplicate-of", other["id"])]
    assert await linked(casebook, other) == [("has-duplicate", one["id"])]


async def test_both_histories_and_events_tell_it(casebook: Casebook) -> None:
    one, other = await two(casebook)
    made = await link(casebook, ada(casebook), one, other)
    await casebook.try_to(REMOVE, bob(casebook), id=made["id"], expectedVersion=1)

    for incident in (one, other):
        changes = await casebook.changes(incident["id"])
        told = [(each.operation, each.part_type) for each in changes]
        assert told == [("REGISTERED", None), ("ADDED", "LINK"), ("REMOVED", "LINK")]
        assert (await casebook.kinds_of_events(incident["id"]))[1:] == [
            (2, "incident.part_changed.v1"), (3, "incident.part_changed.v1"),
        ]  # fmt: skip
        assert await linked(casebook, incident) == []
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_a_page_elsewhere_is_linked_by_address_and_title(casebook: Casebook) -> None:
    one, _ = await two(casebook)
    page = {"url": "https://tickets.example.org/4711", "title": "Ticket 4711"}

    made = (await casebook.try_to(ADD, ada(casebook), incidentId=one["id"], **page))["link"]

    assert (made["url"], made["title"], made["type"], made["incident"]) == (page["url"], page["title"], None, None)
    (added,) = (await casebook.changes(one["id"]))[1:]
    assert added.changes == {name: [None, value] for name, value in page.items()}
    async with casebook.unchanged():
        (error,) = (await casebook.try_to(ADD, ada(casebook), incidentId=one["id"], **page))["errors"]
    assert (error["code"], error["field"]) == ("INVALID", ["url"])
    await casebook.try_to(REMOVE, ada(casebook), id=made["id"])
    assert await linked(casebook, one) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, ["otherId"]),
        ({"otherId": "OTHER", "url": "https://example.org"}, ["otherId"]),
        ({"otherId": "OTHER"}, ["linkType"]),
        ({"otherId": "OTHER", "linkType": {"code": "related"}, "title": "Mine"}, ["title"]),
        ({"otherId": "OTHER", "linkType": {"code": "related"}, "note": "x" * 2001}, ["note"]),
        ({"url": "javascript:alert(1)", "title": "x"}, ["url"]),
        ({"url": "ftp://example.org", "title": "x"}, ["url"]),
        ({"url": "https://ada:secret@example.org/", "title": "x"}, ["url"]),
        ({"url": "https://[::1", "title": "x"}, ["url"]),
        ({"url": "https://example.org/" + "x" * 1981, "title": "x"}, ["url"]),
        ({"url": "https://example.org"}, ["title"]),
        ({"url": "https://example.org", "title": "x" * 301}, ["title"]),
    ],
)
async def test_what_breaks_a_rule_names_its_field(casebook: Casebook, given: Json, field: list[str]) -> None:
    one, other = await two(casebook)
    told = given | ({"otherId": other["id"]} if "otherId" in given else {})

    async with casebook.unchanged():
        payload = await casebook.try_to(ADD, ada(casebook), incidentId=one["id"], **told)

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", field)]


async def test_texts_of_the_longest_length_are_taken(casebook: Casebook) -> None:
    one, other = await two(casebook)
    await link(casebook, ada(casebook), one, other, note="x" * 2000)
    page = {"url": "https://example.org/" + "ä" * 1980, "title": "x" * 300}
    assert (await casebook.try_to(ADD, ada(casebook), incidentId=one["id"], **page))["errors"] == []


async def test_no_incident_is_linked_to_itself_nor_twice_the_same_way(casebook: Casebook) -> None:
    one, other = await two(casebook)
    await link(casebook, ada(casebook), one, other, "duplicate-of")

    async with casebook.unchanged():
        for here, there, kind in (
            (one, one, "related"), (one, other, "duplicate-of"),
            (other, one, "duplicate-of"), (other, one, "has-duplicate"),
        ):  # fmt: skip
            given = {"incidentId": here["id"], "otherId": there["id"], "linkType": {"code": kind}}
            (error,) = (await casebook.try_to(ADD, ada(casebook), **given))["errors"]
            assert (error["code"], error["field"]) == ("INVALID", ["otherId"])

    await link(casebook, ada(casebook), one, other, "related")


async def test_what_was_removed_may_be_linked_again(casebook: Casebook) -> None:
    one, other = await two(casebook)
    made = await link(casebook, ada(casebook), one, other)
    await casebook.try_to(REMOVE, ada(casebook), id=made["id"])

    await link(casebook, ada(casebook), other, one)

    assert await linked(casebook, one) == [("related", other["id"])]
    (error,) = (await casebook.try_to(REMOVE, ada(casebook), id=made["id"]))["errors"]
    assert error["code"] == "NOT_FOUND"


async def test_nothing_becomes_a_part_of_itself(casebook: Casebook) -> None:
    top, middle, bottom = [await casebook.register(ada(casebook)) for _ in range(3)]
    await link(casebook, ada(casebook), top, middle, "parent-of")
    await link(casebook, ada(casebook), bottom, middle, "child-of")

    async with casebook.unchanged():
        for here, there, kind in ((bottom, top, "parent-of"), (top, bottom, "child-of"), (middle, top, "parent-of")):
            given = {"incidentId": here["id"], "otherId": there["id"], "linkType": {"code": kind}}
            (error,) = (await casebook.try_to(ADD, ada(casebook), **given))["errors"]
            assert (error["code"], error["field"]) == ("INVALID", ["otherId"])

    await link(casebook, ada(casebook), top, bottom, "parent-of")


async def test_opposite_links_at_once_wait_for_one_another_and_one_is_refused(casebook: Casebook) -> None:
    for kind in ("related", "parent-of"):
        one, other = await two(casebook)
        tries = [
            casebook.try_to(ADD, ada(casebook), incidentId=here["id"], otherId=there["id"], linkType={"code": kind})
            for here, there in ((one, other), (other, one)) * 3
        ]
        answers = await asyncio.gather(*tries)
        assert sorted(len(each["errors"]) for each in answers) == [0, 1, 1, 1, 1, 1]
        assert len(await linked(casebook, one)) == len(await linked(casebook, other)) == 1


async def test_a_link_to_what_one_may_not_see_is_not_there_at_all(casebook: Casebook) -> None:
    one, secret = await two(casebook)
    made = await link(casebook, ada(casebook), one, secret, "duplicate-of", note=f"see {secret['reference']}")
    await casebook.change(SHOW, ada(casebook), id=secret["id"], visibility="RESTRICTED")

    assert await linked(casebook, one, bob(casebook)) == []
    assert await linked(casebook, one, ada(casebook)) == [("duplicate-of", secret["id"])]
    history = await casebook.service.graph(HISTORY, bob(casebook), id=one["id"])
    events = [each.data for each in await casebook.service.events() if str(each.subject) == one["id"]]
    other_side = await casebook.service.data(LINKS, ada(casebook), id=secret["id"])
    told = f"{history} {events}"
    for word in (secret["id"], secret["reference"], str(casebook.id_of("duplicate-of")),
                 other_side["incident"]["links"]["nodes"][0]["id"]):  # fmt: skip
        assert word not in told
    async with casebook.unchanged():
        foreign = await casebook.try_to(REMOVE, bob(casebook), id=made["id"])
        absent = await casebook.try_to(REMOVE, bob(casebook), id=str(uuid4()))
    assert foreign == absent


async def test_a_link_to_a_deleted_incident_is_not_there(casebook: Casebook) -> None:
    one, other = await two(casebook)
    await link(casebook, ada(casebook), one, other)

    await casebook.try_to(DELETE, ada(casebook), id=other["id"])

    assert await linked(casebook, one) == []


async def test_incidents_of_two_companies_are_linked_by_who_edits_both(casebook: Casebook) -> None:
    one = await casebook.register(ada(casebook))
    far = await casebook.register(casebook.officer(casebook.north), company={"code": "NORTH"})
    both = casebook.officer(casebook.acme, casebook.north)

    made = await link(casebook, both, one, far, "parent-of")

    assert await linked(casebook, one, both) == [("parent-of", far["id"])]
    assert await linked(casebook, far, both) == [("child-of", one["id"])]
    assert await linked(casebook, one, ada(casebook)) == []
    async with casebook.unchanged():
        assert (await casebook.try_to(REMOVE, ada(casebook), id=made["id"]))["errors"][0]["code"] == "NOT_FOUND"


async def test_linking_takes_the_right_to_edit_both_and_strangers_find_nothing(casebook: Casebook) -> None:
    one, other = await two(casebook)
    far = await casebook.register(casebook.officer(casebook.north), company={"code": "NORTH"})
    half = casebook.officer(casebook.acme, without=())
    reader = casebook.reader(casebook.acme)

    async def refused(actor: Any, here: str, there: str) -> tuple[str, list[str]]:
        given = {"incidentId": here, "otherId": there, "linkType": {"code": "related"}}
        (error,) = (await casebook.try_to(ADD, actor, **given))["errors"]
        return error["code"], error["field"]

    async with casebook.unchanged():
        assert await refused(reader, one["id"], other["id"]) == ("DENIED", ["incidentId"])
        for unknown in (far["id"], str(uuid4()), "00000000-0000-0000-0000-000000000001"):
            assert await refused(half, one["id"], unknown) == ("NOT_FOUND", ["otherId"])
            assert await refused(half, unknown, one["id"]) == ("NOT_FOUND", ["incidentId"])


async def test_links_of_many_incidents_cost_as_many_statements_as_those_of_one(casebook: Casebook) -> None:
    incidents = [await casebook.register(ada(casebook)) for _ in range(4)]
    for one, other in (incidents[:2], incidents[2:]):
        await link(casebook, ada(casebook), one, other)
    fields = "links { nodes { incident { id } } totalCount }"
    counted = []
    for some in (incidents[:1], incidents[::2]):
        with casebook.service.statements() as statements:
            await casebook.service.entities("Incident", [each["id"] for each in some], fields, ada(casebook))
        counted.append(len(statements))
    assert counted == [4, 4]  # the incidents, their links, what those lead to, how many


async def merge_link_types(casebook: Casebook, old: str, new: str) -> None:
    casebook.alter(old, active=False, merged_into_id=str(casebook.id_of(new)))
    told = {"entry_id": str(casebook.id_of(old)), "into_id": str(casebook.id_of(new)), "kind": "link_type"}
    await casebook.hear("directories", "directory.entry_merged.v1", **told)


async def test_of_two_links_whose_types_are_merged_the_one_of_the_type_that_is_left_stays(casebook: Casebook) -> None:
    one, other = await two(casebook)
    third = await casebook.register(ada(casebook))
    await link(casebook, ada(casebook), one, other, "duplicate-of", note="Goes")
    kept = await link(casebook, ada(casebook), one, other, "related", note="Stays")
    gone = await link(casebook, ada(casebook), third, other, "duplicate-of")
    await casebook.try_to(REMOVE, ada(casebook), id=gone["id"])
    await link(casebook, ada(casebook), one, third, "duplicate-of")

    await merge_link_types(casebook, "duplicate-of", "related")
    await merge_link_types(casebook, "has-duplicate", "related")

    assert await linked(casebook, one) == [("related", other["id"]), ("related", third["id"])]
    assert await linked(casebook, other) == [("related", one["id"])]
    assert await linked(casebook, third) == [("related", one["id"])]
    shown = await casebook.service.data(LINKS, ada(casebook), id=one["id"])
    assert shown["incident"]["links"]["nodes"][0]["id"] == kept["id"]
