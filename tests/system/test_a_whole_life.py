"""A life of an incident, from a title to a signed-off review and the last line of its history, by graph alone.

Aigerim (Kazakh) may look and register, Jonas (German) may edit, Sarah (English) may close and open again. Nobody else
helps them, and nothing is done but by asking the graph.
"""

import hashlib
import json
from typing import Any

import pytest

from tests.support.journey import Cast, Json, Person, cast

OVER_STACK = True
DENIED = ("DENIED", "")
PARTS = ("COMMENT", "INDICATOR", "ROLE", "TIMELINE_ENTRY", "LINK", "TASK", "REVIEW", "ACTION_ITEM")
NO_RIGHT = ("UNAUTHORIZED_FIELD_OR_TYPE", "")


@pytest.fixture(scope="module")
async def people(caller: Any) -> Cast:
    return await cast(caller("admin"), caller("officer"), "CASPIAN")


async def test_from_a_title_to_a_signed_off_review(people: Cast) -> None:
    incident = await aigerim_types_a_title(people)
    await it_is_not_hers_to_work(people, incident)
    await jonas_finds_it_and_looks_into_it(people, incident)
    await he_learns_what_is_missing_and_tells_it(people, incident)
    await he_and_sarah_write_at_the_same_time(people, incident)
    await they_talk_and_aigerim_reads_along(people, incident)
    await who_does_what_and_when_is_written_down(people, incident)
    await it_is_linked_to_one_before(people, incident)
    await a_trace_leads_to_another_incident(people, incident)
    await the_work_is_shared(people, incident)
    await it_is_over_and_a_doubtful_moment_is_mended(people, incident)
    await only_sarah_may_close_it(people, incident)
    await the_smell_comes_back(people, incident)
    await they_look_back_and_sarah_signs_it_off(people, incident)
    await it_is_closed_for_good(people, incident)
    await what_follows_from_it_lives_on(people, incident)
    await its_history_tells_it_all(people, incident)


async def aigerim_types_a_title(people: Cast) -> Json:
    """She smells smoke. A title is all she has; she sees in her language that it is open."""
    aigerim = people.aigerim
    incident = await aigerim.registers("Серверлік бөлмеде түтін иісі бар")

    card = await aigerim.sees(incident, "reference status { name } company { id } language registeredBy { id }")

    assert card == {
        "reference": incident["reference"], "status": {"name": "Ашық"}, "company": {"id": people.company},
        "language": "kk", "registeredBy": {"id": aigerim.id},
    }  # fmt: skip
    return incident


async def it_is_not_hers_to_work(people: Cast, incident: Json) -> None:
    """She may not edit, move or comment. Who works elsewhere does not find it at all."""
    aigerim, id = people.aigerim, incident["id"]
    assert await aigerim.is_refused("edit", id=id, expectedVersion=1, title="Өрт") == [NO_RIGHT]
    assert await aigerim.is_refused("say", incidentId=id, body="Түтін!") == [NO_RIGHT]
    assert await aigerim.is_refused("move", id=id, status={"code": "triage"}) == [DENIED]
    assert await people.stranger.finds(incident) is None


async def jonas_finds_it_and_looks_into_it(people: Cast, incident: Json) -> None:
    """Among the new ones, with names in German and the title as it was typed."""
    listed = await people.jonas.lists("id title status { name }", statusCategories=["NEW"])
    (found,) = [each for each in listed if each["id"] == incident["id"]]
    assert (found["title"], found["status"]["name"]) == ("Серверлік бөлмеде түтін иісі бар", "Offen")

    assert (await people.jonas.moves(incident, "triage"))["status"]["name"] == "In Ersteinschätzung"


async def he_learns_what_is_missing_and_tells_it(people: Cast, incident: Json) -> None:
    """Before it is worked on it has to tell four things: he learns which beforehand, and when he tries all the same."""
    jonas = people.jonas
    missing = await jonas.sees(incident, "missingFor(transition: ACTIVE) { field } completeness")
    needed = [each["field"] for each in missing["missingFor"]]
    assert (needed, missing["completeness"]) == (["classification", "type", "severity", "responsibleId"], 0)
    refused = await jonas.is_refused("move", id=incident["id"], status={"code": "in-progress"})
    assert refused == [("INVALID", field) for field in needed]

    await jonas.tells(
        incident, type={"code": "availability.outage"}, severity={"code": "high"}, responsibleId=jonas.id,
        occurredAt="2026-03-01T09:30:00+05:00", detectedAt="2026-03-01T09:40:00+05:00",
    )  # fmt: skip

    assert (await jonas.moves(incident, "in-progress"))["statusCategory"] == "ACTIVE"


async def he_and_sarah_write_at_the_same_time(people: Cast, incident: Json) -> None:
    """She is second, loses nothing, sees both words and decides."""
    sarah = people.sarah
    version = (await sarah.sees(incident, "version"))["version"]
    await people.jonas.tells(incident, impact="Buchungssystem langsam")

    late = await sarah.tries("edit", id=incident["id"], expectedVersion=version, impact="Bookings are slow")

    assert [error["code"] for error in late["errors"]] == ["CONFLICT"]
    assert late["conflicts"] == [{"field": "impact", "yours": "Bookings are slow", "current": "Buchungssystem langsam"}]
    await sarah.tells(incident, impact="Bookings are slow (Buchungssystem langsam)")


async def they_talk_and_aigerim_reads_along(people: Cast, incident: Json) -> None:
    question = await people.sarah.says(incident, "Is it still burning?", mentionIds=[people.jonas.id])
    await people.jonas.says(incident, "Nein, Lüfter getauscht.", replyToId=question)

    heard = await people.aigerim.sees(incident, "comments { nodes { body author { id } replyToId } }")

    assert heard["comments"]["nodes"] == [
        {"body": "Is it still burning?", "author": {"id": people.sarah.id}, "replyToId": None},
        {"body": "Nein, Lüfter getauscht.", "author": {"id": people.jonas.id}, "replyToId": question},
    ]


async def who_does_what_and_when_is_written_down(people: Cast, incident: Json) -> None:
    """Aigerim takes the minutes. A call that nobody made here stands in the timeline where it belongs."""
    jonas, aigerim = people.jonas, people.aigerim
    await jonas.does("appoint", incidentId=incident["id"], role={"code": "scribe"}, userId=aigerim.id)
    call = {"at": "2026-03-01T10:05:00+05:00", "title": "Elektriker angerufen"}
    await jonas.does("remember", incidentId=incident["id"], **call)

    seen = await aigerim.sees(
        incident,
        "roles(onlyCurrent: true) { nodes { role { code } user { id } } } timeline { nodes { entry { title } } }",
    )
    roles = {each["role"]["code"]: people.name(each["user"]["id"]) for each in seen["roles"]["nodes"]}
    assert roles == {"lead": "Jonas", "scribe": "Aigerim"}
    assert {"entry": {"title": "Elektriker angerufen"}} in seen["timeline"]["nodes"]


async def it_is_linked_to_one_before(people: Cast, incident: Json) -> None:
    """The link is there from both sides, each by its own name in the language of who looks."""
    before = await people.jonas.registers("Rauch im Februar")
    await people.jonas.does("link", incidentId=incident["id"], otherId=before["id"], linkType={"code": "recurrence-of"})

    there = await people.sarah.sees(before, "links { nodes { type { code } incident { reference } } }")
    assert there["links"]["nodes"] == [
        {"type": {"code": "recurred-as"}, "incident": {"reference": incident["reference"]}}
    ]


async def a_trace_leads_to_another_incident(people: Cast, incident: Json) -> None:
    """Jonas types what he saw. The registry knows an address when it reads one, and where it was seen before."""
    jonas = people.jonas
    earlier = await jonas.registers("Lüftersteuerung von außen erreichbar")
    await jonas.does("trace", incidentId=earlier["id"], indicators=[{"value": "00:1a:2b:3c:4d:5e"}])

    await jonas.tells(incident, indicatorsText="Steuerung 00-1A-2B-3C-4D-5E antwortet wieder")
    proposed = await jonas.sees(incident, "proposedIndicators { value valueNormalized type { code } }")
    assert proposed["proposedIndicators"] == [
        {"value": "00-1A-2B-3C-4D-5E", "valueNormalized": "00:1a:2b:3c:4d:5e", "type": {"code": "mac-addr"}}
    ]
    await jonas.does("trace", incidentId=incident["id"], indicators=[{"value": "00-1A-2B-3C-4D-5E"}])

    shared = await people.aigerim.sees(incident, "sharing { nodes { number incident { reference } } }")
    assert shared["sharing"]["nodes"] == [{"number": 1, "incident": {"reference": earlier["reference"]}}]


async def the_work_is_shared(people: Cast, incident: Json) -> None:
    """The fan comes before the test. Jonas is not done by saying so: he says what came of it."""
    jonas, sarah = people.jonas, people.sarah
    fan = await jonas.plans(incident, "Lüfter tauschen", assigneeIds=[jonas.id], mandatory=True)
    test = await jonas.plans(incident, "Test bookings", assigneeIds=[sarah.id], dependsOn=[fan])
    assert await sarah.is_refused("work", id=test, expectedVersion=1, status="DONE") == [("INVALID", "status")]
    assert await jonas.is_refused("work", id=fan, expectedVersion=1, status="DONE") == [("INVALID", "result")]

    await jonas.does("work", id=fan, expectedVersion=1, status="DONE", result="Neuer Lüfter läuft")
    await sarah.does("work", id=test, expectedVersion=1, status="DONE")

    seen = await people.aigerim.sees(
        incident, "tasks { nodes { title status } } taskCounts { total finished blocking }"
    )
    assert [(each["title"], each["status"]) for each in seen["tasks"]["nodes"]] == [
        ("Lüfter tauschen", "DONE"), ("Test bookings", "DONE"),
    ]  # fmt: skip
    assert seen["taskCounts"] == {"total": 2, "finished": 2, "blocking": 0}


async def it_is_over_and_a_doubtful_moment_is_mended(people: Cast, incident: Json) -> None:
    """It was contained in March, and taken up in the registry today: that cannot be right, and he is told so."""
    jonas = people.jonas
    contained = {"timestamp": "CONTAINED", "at": "2026-03-01T12:00:00+05:00", "precision": "HOUR"}
    await jonas.tells(incident, actionsTaken="Lüfter getauscht", timestamps=[contained])
    doubts = await jonas.sees(incident, "timestampsOutOfOrder { earlier later }")
    assert doubts["timestampsOutOfOrder"] == [{"earlier": "ACKNOWLEDGED", "later": "CONTAINED"}]

    await jonas.tells(incident, timestamps=[{"timestamp": "ACKNOWLEDGED", "at": "2026-03-01T09:45:00+05:00"}])

    assert (await jonas.moves(incident, "resolved"))["status"]["name"] == "Behoben"


async def only_sarah_may_close_it(people: Cast, incident: Json) -> None:
    """And she only when it tells what is wanted of every closed incident, which is Jonas's work."""
    closing = {"id": incident["id"], "status": {"code": "closed"}}
    assert await people.jonas.is_refused("move", **closing) == [DENIED]
    assert await people.sarah.is_refused("move", **closing) == [
        ("INVALID", "departmentId"), ("INVALID", "outcome"), ("INVALID", "preventiveMeasures"),
    ]  # fmt: skip

    await people.jonas.tells(
        incident, departmentId=people.department, outcome={"code": "true-positive-impact"},
        preventiveMeasures="Lüfter werden jährlich geprüft",
    )  # fmt: skip

    assert (await people.sarah.moves(incident, "closed"))["statusCategory"] == "CLOSED"


async def the_smell_comes_back(people: Cast, incident: Json) -> None:
    """Opening again is Sarah's, too; it is counted, and what was stamped first stays."""
    firsts = "acknowledgedAt firstResolvedAt"
    before = await people.sarah.sees(incident, firsts)
    assert await people.jonas.is_refused("move", id=incident["id"], status={"code": "in-progress"}) == [DENIED]

    await people.sarah.moves(incident, "in-progress")

    again = await people.sarah.sees(incident, f"{firsts} resolvedAt closedAt reopenCount")
    assert again == before | {"resolvedAt": None, "closedAt": None, "reopenCount": 1}


async def they_look_back_and_sarah_signs_it_off(people: Cast, incident: Json) -> None:
    """It was a cable. So grave an incident needs a review; Jonas leads it, and so it is not he who approves it."""
    jonas, sarah = people.jonas, people.sarah
    await jonas.tells(incident, rootCause="Kabel am Lüfter")
    await jonas.moves(incident, "resolved")
    needed = await jonas.sees(incident, "reviewRequired reviewDueAt")
    assert needed["reviewRequired"]
    assert needed["reviewDueAt"] is not None

    review = (await jonas.does("review", incidentId=incident["id"], facilitatorId=jonas.id))["review"]["id"]
    assert await jonas.is_refused("pass on", id=review, status="IN_REVIEW") == [("INVALID", "summary")]
    causes = [{"category": "PHYSICAL", "text": "Kabel", "whys": ["Nie geprüft"]}]
    told = {"summary": "Zweimal Rauch, ein Kabel", "wentWell": "Schnell bemerkt", "rootCauses": causes}
    await jonas.does("write up", id=review, expectedVersion=1, **told)
    await jonas.does("pass on", id=review, status="IN_REVIEW")
    assert await jonas.is_refused("pass on", id=review, status="APPROVED") == [("DENIED", "id")]
    signed = (await sarah.does("pass on", id=review, status="APPROVED"))["review"]

    assert (signed["status"], signed["approvedBy"]) == ("APPROVED", {"id": sarah.id})
    seen = await people.aigerim.sees(incident, "review { status summary approvedBy { name } }")
    assert seen["review"] == {
        "status": "APPROVED", "summary": "Zweimal Rauch, ein Kabel", "approvedBy": {"name": "Sarah"},
    }  # fmt: skip


async def it_is_closed_for_good(people: Cast, incident: Json) -> None:
    """It stands there as closed in three languages, with all its moments in order."""
    await people.sarah.moves(incident, "closed")

    readers = (people.aigerim, people.jonas, people.sarah)
    names = [(await each.sees(incident, "status { name }"))["status"]["name"] for each in readers]
    assert names == ["Жабық", "Abgeschlossen", "Closed"]
    moments = await people.sarah.sees(incident, "timestamps { timestamp origin } timestampsOutOfOrder { earlier }")
    by_hand = {each["timestamp"] for each in moments["timestamps"] if each["origin"] == "MANUAL"}
    assert by_hand == {"OCCURRED", "DETECTED", "ACKNOWLEDGED", "CONTAINED"}
    assert moments["timestampsOutOfOrder"] == []


async def what_follows_from_it_lives_on(people: Cast, incident: Json) -> None:
    """Closed or not, cables are to be checked. Jonas does it, and Sarah sees for herself that it is done."""
    jonas, sarah = people.jonas, people.sarah
    new = {"title": "Kabel jährlich prüfen", "kind": "PREVENTIVE", "ownerId": jonas.id, "dueAt": "2099-03-01T00:00:00Z"}
    item = (await jonas.does("note", incidentId=incident["id"], **new))["actionItem"]["id"]

    await jonas.does("see to", id=item, expectedVersion=1, status="DONE")
    assert await jonas.is_refused("verify", id=item) == [("INVALID", "verified")]
    assert (await sarah.does("verify", id=item))["actionItem"]["verifiedBy"] == {"id": sarah.id}

    left = await sarah.sees(incident, "statusCategory actionItemCounts { total open }")
    assert left == {"statusCategory": "CLOSED", "actionItemCounts": {"total": 1, "open": 0}}


async def its_history_tells_it_all(people: Cast, incident: Json) -> None:
    """Who did what, by which right; each line is sealed with the one before."""
    told = await history(people.sarah, incident)

    of_its_fields = [each for each in told if each["partType"] is None]
    assert [(people.name(each["actor"]["id"]), each["operation"], right_of(each)) for each in of_its_fields] == [
        ("Aigerim", "REGISTERED", "add"), ("Jonas", "STATUS_CHANGED", "edit"),
        ("Jonas", "EDITED", "edit"), ("Jonas", "ASSIGNED", "edit"), ("Jonas", "STATUS_CHANGED", "edit"),
        ("Jonas", "EDITED", "edit"), ("Sarah", "EDITED", "edit"), ("Jonas", "EDITED", "edit"),
        ("Jonas", "EDITED", "edit"), ("Jonas", "EDITED", "edit"), ("Jonas", "STATUS_CHANGED", "edit"),
        ("Jonas", "EDITED", "edit"), ("Sarah", "STATUS_CHANGED", "close"),
        ("Sarah", "STATUS_CHANGED", "reopen"), ("Jonas", "EDITED", "edit"), ("Jonas", "STATUS_CHANGED", "edit"),
        ("Sarah", "STATUS_CHANGED", "close"),
    ]  # fmt: skip
    done = [(each["partType"], people.name(each["actor"]["id"]), each["operation"]) for each in told]
    assert {part: [(who, what) for kind, who, what in done if kind == part] for part in PARTS} == {
        "COMMENT": [("Sarah", "ADDED"), ("Jonas", "ADDED")],
        "ROLE": [("Jonas", "ADDED")],
        "TIMELINE_ENTRY": [("Jonas", "ADDED")],
        "LINK": [("Jonas", "ADDED")],
        "INDICATOR": [("Jonas", "ADDED")],
        "TASK": [("Jonas", "ADDED"), ("Jonas", "ADDED"), ("Jonas", "EDITED"), ("Sarah", "EDITED")],
        "REVIEW": [("Jonas", "ADDED"), ("Jonas", "EDITED"), ("Jonas", "EDITED"), ("Sarah", "EDITED")],
        "ACTION_ITEM": [("Jonas", "ADDED"), ("Jonas", "EDITED"), ("Sarah", "EDITED")],
    }
    assert [each["sequence"] for each in told] == list(range(1, len(told) + 1))
    sealed = [json.loads(each["record"]) for each in told]
    assert [hashlib.sha256(each["record"].encode()).hexdigest() for each in told] == [each["hash"] for each in told]
    assert [record.get("previous") for record in sealed] == [None, *(each["hash"] for each in told[:-1])]


async def history(person: Person, incident: Json) -> list[Json]:
    """Oldest first."""
    shown = "history(first: 100) { nodes { sequence operation partType permission actor { id } record hash } }"
    return list(reversed((await person.sees(incident, shown))["history"]["nodes"]))


def right_of(entry: Json) -> str:
    return str(entry["permission"]).removeprefix("incident.")
