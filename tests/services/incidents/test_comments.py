"""Comments: a conversation about an incident, for those who see it."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import ADD_COMMENT, DELETE, DELETE_COMMENT, EDIT_COMMENT, SHOW, Casebook
from tests.support.restricted import ada, bob, others
from tests.support.services import Json, user

COMMENTS = """
query ($id: ID!, $first: Int = 20, $after: String, $audience: CommentAudience) {
  incident(id: $id) { sequence version comments(first: $first, after: $after, audience: $audience) {
    nodes { id body replyToId author { id } mentions { id } audience createdAt editedAt deletedAt version }
    totalCount pageInfo { hasNextPage endCursor } } } }
"""
HISTORY = """
query ($id: ID!) { incident(id: $id) { history(first: 50) {
    nodes { operation partType partId permission changes { field before after } } } } }
"""


async def page(casebook: Casebook, incident: Json, actor: Any, **more: Any) -> Json:
    shown: Json = (await casebook.service.data(COMMENTS, actor, id=incident["id"], **more))["incident"]["comments"]
    return shown


async def test_a_conversation_is_shown_oldest_first_with_answers(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))

    first = await casebook.say(ada(casebook), incident, "Who has seen it?", mentionIds=[str(casebook.bob)])
    answer = await casebook.say(bob(casebook), incident, "I have.", replyToId=first["id"])

    nodes = (await page(casebook, incident, casebook.reader(casebook.acme)))["nodes"]
    assert [(each["id"], each["body"], each["replyToId"], each["author"]["id"]) for each in nodes] == [
        (first["id"], "Who has seen it?", None, str(casebook.ada)),
        (answer["id"], "I have.", first["id"], str(casebook.bob)),
    ]
    assert [each["mentions"] for each in nodes] == [[{"id": str(casebook.bob)}], []]
    assert [(each["audience"], each["editedAt"], each["deletedAt"], each["version"]) for each in nodes] == [
        ("INTERNAL", None, None, 1)
    ] * 2


async def test_pages_go_on_where_the_last_one_ended(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    for number in range(5):
        await casebook.say(ada(casebook), incident, f"Remark {number}")

    pages, after = [], None
    for _ in range(3):
        shown = await page(casebook, incident, ada(casebook), first=2, after=after)
        pages.append([each["body"] for each in shown["nodes"]])
        after = shown["pageInfo"]["endCursor"]

    assert pages == [["Remark 0", "Remark 1"], ["Remark 2", "Remark 3"], ["Remark 4"]]
    assert (shown["totalCount"], shown["pageInfo"]["hasNextPage"]) == (5, False)


async def test_those_for_others_are_listed_alone(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await casebook.say(ada(casebook), incident, "Among us")
    await casebook.say(ada(casebook), incident, "For all", audience="EXTERNAL")

    shown = await page(casebook, incident, ada(casebook), audience="EXTERNAL")

    assert ([each["body"] for each in shown["nodes"]], shown["totalCount"]) == (["For all"], 1)


async def test_a_comment_moves_its_incident_but_not_the_version_of_its_fields(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    before = await casebook.row(incident["id"])

    comment = await casebook.say(ada(casebook), incident, mentionIds=[str(casebook.bob)])

    row = await casebook.row(incident["id"])
    assert (row.version, row.sequence) == (1, 2)
    assert row.updated_at > before.updated_at
    _, event = await casebook.service.events()
    assert (event.type, event.sequence, event.company_id) == ("incident.part_changed.v1", 2, casebook.acme)
    assert event.data == {
        "incident_id": incident["id"], "reference": incident["reference"], "part": "COMMENT",
        "part_id": comment["id"], "operation": "ADDED", "changed": ["audience", "body", "mention_ids"],
        "concerned_ids": [str(casebook.bob)], "version": 1,
    }  # fmt: skip


async def test_the_history_of_the_incident_has_all_that_happened_to_its_comments(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    comment = await casebook.say(ada(casebook), incident, "Frist")
    await casebook.try_to(EDIT_COMMENT, ada(casebook), id=comment["id"], expectedVersion=1, body="First")
    await casebook.try_to(DELETE_COMMENT, bob(casebook), id=comment["id"])

    nodes = (await casebook.service.data(HISTORY, ada(casebook), id=incident["id"]))["incident"]["history"]["nodes"]

    assert [(each["operation"], each["partType"], each["partId"], each["permission"]) for each in nodes] == [
        ("REMOVED", "COMMENT", comment["id"], "incident.delete"),
        ("EDITED", "COMMENT", comment["id"], "incident.edit"),
        ("ADDED", "COMMENT", comment["id"], "incident.edit"),
        ("REGISTERED", None, None, "incident.add"),
    ]
    assert [each["changes"] for each in nodes[:2]] == [
        [{"field": "body", "before": "First", "after": None}],
        [{"field": "body", "before": "Frist", "after": "First"}],
    ]
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_an_edited_comment_says_so_and_tells_only_the_newly_mentioned(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    comment = await casebook.say(ada(casebook), incident, mentionIds=[str(casebook.bob)])

    mentions = [str(casebook.ada), str(casebook.bob)]
    edited = await casebook.try_to(
        EDIT_COMMENT, ada(casebook), id=comment["id"], expectedVersion=1, mentionIds=mentions
    )

    assert [each["id"] for each in edited["comment"]["mentions"]] == mentions
    assert (edited["comment"]["version"], edited["comment"]["editedAt"] is None) == (2, False)
    *_, event = await casebook.service.events()
    assert event.data["concerned_ids"] == [str(casebook.ada)]


async def test_an_edit_that_changes_nothing_writes_nothing(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    comment = await casebook.say(ada(casebook), incident)

    async with casebook.unchanged():
        for given in ({}, {"body": "Seen", "audience": "INTERNAL", "mentionIds": []}):
            kept = await casebook.try_to(EDIT_COMMENT, ada(casebook), id=comment["id"], expectedVersion=1, **given)
            assert (kept["comment"], kept["errors"]) == (comment, [])


async def test_a_stale_version_gets_the_comment_as_it_is_now(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    comment = await casebook.say(ada(casebook), incident)
    await casebook.try_to(EDIT_COMMENT, ada(casebook), id=comment["id"], expectedVersion=1, body="Seen twice")

    async with casebook.unchanged():
        for mutation in (EDIT_COMMENT, DELETE_COMMENT):
            payload = await casebook.try_to(mutation, ada(casebook), id=comment["id"], expectedVersion=1)
            assert (payload["comment"]["body"], payload["comment"]["version"]) == ("Seen twice", 2)
            assert [(error["code"], error["field"]) for error in payload["errors"]] == [
                ("CONFLICT", ["expectedVersion"])
            ]


async def test_what_was_taken_back_leaves_its_place(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    comment = await casebook.say(ada(casebook), incident, mentionIds=[str(casebook.bob)])
    await casebook.say(bob(casebook), incident, "What?", replyToId=comment["id"])

    gone = await casebook.try_to(DELETE_COMMENT, ada(casebook), id=comment["id"])

    assert (gone["comment"]["body"], gone["comment"]["mentions"], gone["errors"]) == (None, [], [])
    shown = await page(casebook, incident, ada(casebook))
    assert [each["body"] for each in shown["nodes"]] == [None, "What?"]
    assert shown["nodes"][0]["deletedAt"] is not None
    async with casebook.unchanged():
        again = await casebook.try_to(DELETE_COMMENT, ada(casebook), id=comment["id"])
        answer = {"incidentId": incident["id"], "body": "Too late", "replyToId": comment["id"]}
        late = await casebook.try_to(ADD_COMMENT, ada(casebook), **answer)
        edit = await casebook.try_to(EDIT_COMMENT, ada(casebook), id=comment["id"], expectedVersion=2, body="Back")
    assert again["errors"] == []
    assert [(each["errors"][0]["code"], each["errors"][0]["field"]) for each in (late, edit)] == [
        ("NOT_FOUND", ["replyToId"]), ("NOT_FOUND", ["id"]),
    ]  # fmt: skip


async def test_nobody_edits_what_another_said(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    comment = await casebook.say(ada(casebook), incident)

    async with casebook.unchanged():
        payload = await casebook.try_to(EDIT_COMMENT, bob(casebook), id=comment["id"], expectedVersion=1, body="No")
        without = casebook.officer(casebook.acme, without=["delete"])
        denied = await casebook.try_to(DELETE_COMMENT, without, id=comment["id"])

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", ["id"])]
    assert [(error["code"], error["field"]) for error in denied["errors"]] == [("DENIED", ["id"])]


async def test_who_may_only_look_says_nothing(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    comment = await casebook.say(ada(casebook), incident)
    reader = user({"incident.view": [casebook.acme], "incident.edit": [casebook.north]})

    async with casebook.unchanged():
        codes = [
            (await casebook.try_to(mutation, reader, **given))["errors"][0]["code"]
            for mutation, given in (
                (ADD_COMMENT, {"incidentId": incident["id"], "body": "Hi"}),
                (EDIT_COMMENT, {"id": comment["id"], "expectedVersion": 1, "body": "Hi"}),
                (DELETE_COMMENT, {"id": comment["id"]}),
            )
        ]

    assert codes == ["DENIED"] * 3


@pytest.mark.parametrize("where", ["foreign", "absent", "deleted"])
async def test_of_what_is_out_of_sight_nothing_is_said_or_shown(casebook: Casebook, where: str) -> None:
    boss = casebook.administrator()
    incident = await casebook.register(boss, company={"code": "NORTH" if where == "foreign" else "ACME"})
    comment = await casebook.say(boss, incident)
    if where == "deleted":
        await casebook.try_to(DELETE, boss, id=incident["id"])
    named = (str(uuid4()), str(uuid4())) if where == "absent" else (incident["id"], comment["id"])

    async with casebook.unchanged():
        added = await casebook.try_to(ADD_COMMENT, ada(casebook), incidentId=named[0], body="Hi")
        edited = await casebook.try_to(EDIT_COMMENT, ada(casebook), id=named[1], expectedVersion=1, body="Hi")
        deleted = await casebook.try_to(DELETE_COMMENT, ada(casebook), id=named[1])

    what = "was not found, or not within your rights."
    assert [(payload["comment"], payload["errors"]) for payload in (added, edited, deleted)] == [
        (None, [{"code": "NOT_FOUND", "message": f"The incident {what}", "field": ["incidentId"]}]),
        *[(None, [{"code": "NOT_FOUND", "message": f"The comment {what}", "field": ["id"]}])] * 2,
    ]
    found = await casebook.service.entities(
        "Incident", [named[0]], "comments { nodes { id } totalCount }", ada(casebook)
    )
    assert found == [None]


async def test_an_answer_is_to_a_comment_of_the_same_incident(casebook: Casebook) -> None:
    incident, other = [await casebook.register(ada(casebook)) for _ in range(2)]
    comment = await casebook.say(ada(casebook), other)

    async with casebook.unchanged():
        for named in (comment["id"], str(uuid4())):
            given = {"incidentId": incident["id"], "body": "Yes", "replyToId": named}
            payload = await casebook.try_to(ADD_COMMENT, ada(casebook), **given)
            assert [(e["code"], e["field"]) for e in payload["errors"]] == [("NOT_FOUND", ["replyToId"])]


async def test_only_who_may_see_the_incident_is_mentioned(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    confided = await casebook.register(ada(casebook), visibility="RESTRICTED")

    async with casebook.unchanged():
        answers = [
            await casebook.try_to(ADD_COMMENT, ada(casebook), incidentId=of["id"], body="Look", mentionIds=[str(named)])
            for of, named in ((incident, casebook.nora), (incident, uuid4()), (confided, casebook.bob))
        ]

    assert answers == [answers[0]] * 3
    assert [(each["code"], each["field"]) for each in answers[0]["errors"]] == [("NOT_FOUND", ["mentionIds"])]
    await casebook.say(ada(casebook), confided, mentionIds=[str(casebook.ada)])


async def test_a_comment_of_a_restricted_incident_is_for_its_members(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook), visibility="RESTRICTED")
    comment = await casebook.say(ada(casebook), incident, "Between us")

    async with casebook.unchanged():
        for actor in (bob(casebook), casebook.supervisor(casebook.north)):
            payload = await casebook.try_to(DELETE_COMMENT, actor, id=comment["id"])
            assert [error["code"] for error in payload["errors"]] == ["NOT_FOUND"]
    *_, event = await casebook.service.events()
    assert event.restricted
    for actor in others(casebook):
        assert (await casebook.service.data(COMMENTS, actor, id=incident["id"]))["incident"] is None
    opened = await casebook.change(SHOW, ada(casebook), id=incident["id"], visibility="COMPANY")
    assert [each["body"] for each in (await page(casebook, opened, bob(casebook)))["nodes"]] == ["Between us"]


async def test_comments_at_once_are_all_there_in_one_chain(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))

    await asyncio.gather(*(casebook.say(ada(casebook), incident, f"Remark {number}") for number in range(20)))

    assert [entry.sequence for entry in await casebook.changes(incident["id"])] == list(range(1, 22))
    assert (await page(casebook, incident, ada(casebook)))["totalCount"] == 20
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_comments_of_many_incidents_cost_one_statement_and_their_numbers_another(casebook: Casebook) -> None:
    incidents = [await casebook.register(ada(casebook)) for _ in range(4)]
    for incident in incidents[1:]:
        await casebook.say(ada(casebook), incident)
    asked = [incident["id"] for incident in incidents]

    with casebook.service.statements() as statements:
        found = await casebook.service.entities(
            "Incident", asked, "id comments { nodes { body } totalCount }", ada(casebook)
        )

    assert [len(each["comments"]["nodes"]) for each in found] == [0, 1, 1, 1]
    assert [each["comments"]["totalCount"] for each in found] == [0, 1, 1, 1]
    assert len(statements) == 3


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"body": " "}, ["body"]),
        ({"body": "x" * 20_001}, ["body"]),
        ({"replyToId": "no id"}, ["replyToId"]),
        ({"mentionIds": ["no id"]}, ["mentionIds"]),
        ({"incidentId": "no id"}, ["incidentId"]),
    ],
)
async def test_what_breaks_a_rule_is_refused_beside_its_field(
    casebook: Casebook, given: Json, field: list[str]
) -> None:
    incident = await casebook.register(ada(casebook))

    async with casebook.unchanged():
        payload = await casebook.try_to(
            ADD_COMMENT, ada(casebook), **{"incidentId": incident["id"], "body": "Seen"} | given
        )

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", field)]
