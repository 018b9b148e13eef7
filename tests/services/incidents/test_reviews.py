"""The review after an incident: written by several, signed off by another, awaited where its severity asks for it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from services.incidents.persistence.deadline_rows import DeadlineRow
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.announce_overdue import announce_overdue
from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import (
    DELETE,
    EDIT,
    EDIT_REVIEW,
    MOVE_REVIEW,
    SET_POLICY,
    SHOW,
    START_REVIEW,
    SYSTEM,
    Casebook,
)
from tests.support.restricted import ada, bob, others
from tests.support.services import Json, user

SHOWN = "reviewRequired reviewDueAt review { id status summary covers approvedBy { id } }"
ONE = f"query ($id: ID!) {{ incident(id: $id) {{ {SHOWN} }} }}"
OVERDUE = "{ incidents(filter: {overdue: true}) { nodes { id } } }"
POLICY = """
incidentReviewPolicy { requiredFromRank dueDays usual version template { summary wentBadly } }
incidentReviewPolicyChanges { version actor { id } changes { field before after } }
"""
CAUSES = [{"category": "PROCESS", "text": "No second look", "whys": ["Nobody had time", "Too few people"]}]


async def shown(casebook: Casebook, incident: Json, actor: Any = None) -> Json:
    found: Json = (await casebook.service.data(ONE, actor or casebook.reader(casebook.acme), id=incident["id"]))[
        "incident"
    ]
    return found


async def overdue(casebook: Casebook) -> list[str]:
    return [each["id"] for each in (await casebook.service.data(OVERDUE, ada(casebook)))["incidents"]["nodes"]]


async def make_late(casebook: Casebook) -> None:
    """Everything that is awaited should have come long ago."""
    async with casebook.service.database.work(SYSTEM) as work:
        await work.session.execute(update(DeadlineRow).values(due_at=DeadlineRow.due_at - timedelta(days=400)))


async def approved(casebook: Casebook, incident: Json, **more: Any) -> Json:
    review = await casebook.start_review(ada(casebook), incident, facilitatorId=str(casebook.ada))
    await casebook.edit_review(ada(casebook), review, summary="Told", **more)
    return await casebook.move_review(bob(casebook), review, "IN_REVIEW", "APPROVED")


def days_of(incident: IncidentRow) -> float:
    """From when it was resolved until its review is due."""
    assert incident.review_due_at is not None
    assert incident.resolved_at is not None
    return (incident.review_due_at - incident.resolved_at) / timedelta(days=1)


def manager(casebook: Casebook) -> Any:
    return user({"directory.manage": [casebook.acme], "incident.view": [casebook.acme]})


async def test_it_is_written_by_several_and_signed_off_by_another(casebook: Casebook) -> None:
    incident, other = [await casebook.register(ada(casebook)) for _ in range(2)]
    review = await casebook.start_review(ada(casebook), incident, facilitatorId=str(casebook.ada))
    review = await casebook.edit_review(
        bob(casebook), review, summary="A link was clicked", rootCauses=CAUSES, covers=[other["id"]],
        participantIds=[str(casebook.bob)], controlsImproved=["ISO 27001 A.6.3"], meetingAt="2026-01-02T00:00:00Z",
    )  # fmt: skip

    async with casebook.unchanged():
        own = await casebook.try_to(MOVE_REVIEW, ada(casebook), id=review["id"], status="APPROVED")
    assert own["errors"][0]["message"] == "From DRAFT it goes to IN_REVIEW."
    await casebook.move_review(ada(casebook), review, "IN_REVIEW")
    async with casebook.unchanged():
        own = await casebook.try_to(MOVE_REVIEW, ada(casebook), id=review["id"], status="APPROVED")
    done = await casebook.move_review(bob(casebook), review, "APPROVED")

    assert [(each["code"], each["field"]) for each in own["errors"]] == [("INVALID", ["status"])]
    assert (done["rootCauses"], done["covers"], done["approvedBy"]) == (
        CAUSES, [other["id"]], {"id": str(casebook.bob)},
    )  # fmt: skip
    async with casebook.unchanged():
        late = await casebook.try_to(EDIT_REVIEW, ada(casebook), id=review["id"], expectedVersion=4, impact="More")
    assert [(each["code"], each["field"]) for each in late["errors"]] == [("INVALID", ["id"])]
    again = await casebook.move_review(bob(casebook), review, "IN_REVIEW")
    assert (again["approvedBy"], again["approvedAt"]) == (None, None)
    assert (await verify_histories(casebook.service.database)).broken == []
    assert [each.permission for each in await casebook.changes(incident["id"])] == [
        "incident.add", *["incident.edit"] * 3, *["incident.close"] * 2,
    ]  # fmt: skip


async def test_approving_takes_the_right_to_close(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    review = await casebook.start_review(ada(casebook), incident, facilitatorId=str(casebook.ada))
    review = await casebook.edit_review(ada(casebook), review, summary="Told")
    await casebook.move_review(ada(casebook), review, "IN_REVIEW")
    editor = casebook.officer(casebook.acme, without=["close"])

    async with casebook.unchanged():
        payload = await casebook.try_to(MOVE_REVIEW, editor, id=review["id"], status="APPROVED")

    assert [each["code"] for each in payload["errors"]] == ["DENIED"]
    reading = user({"incident.view": [casebook.acme], "incident.edit": [casebook.north]})
    denied = await casebook.try_to(EDIT_REVIEW, reading, id=review["id"], expectedVersion=9, summary="Mine")
    assert [(each["code"], each["field"]) for each in denied["errors"]] == [("DENIED", ["id"])]
    assert (await casebook.move_review(editor, review, "DRAFT"))["status"] == "DRAFT"


async def test_an_incident_has_one_review_at_most(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    review = await casebook.start_review(ada(casebook), incident)

    async with casebook.unchanged():
        payload = await casebook.try_to(START_REVIEW, bob(casebook), incidentId=incident["id"])

    assert [(each["code"], each["field"]) for each in payload["errors"]] == [("CONFLICT", ["incidentId"])]
    assert payload["review"] == review


async def test_who_edits_what_another_has_changed_is_shown_both_values(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    review = await casebook.start_review(ada(casebook), incident)
    await casebook.edit_review(ada(casebook), review, summary="Mine", impact="Same")

    async with casebook.unchanged():
        payload = await casebook.try_to(
            EDIT_REVIEW, bob(casebook), id=review["id"], expectedVersion=1, summary="Yours", impact="Same"
        )

    assert [each["code"] for each in payload["errors"]] == ["CONFLICT"]
    assert payload["conflicts"] == [{"field": "summary", "yours": "Yours", "current": "Mine"}]
    assert payload["review"]["version"] == 2


async def test_a_severe_incident_awaits_its_review_from_when_it_is_resolved(casebook: Casebook) -> None:
    officer = ada(casebook)
    grave = await casebook.register(officer, severity={"code": "high"})
    slight = await casebook.register(officer, severity={"code": "low"})
    assert await shown(casebook, grave) == {"reviewRequired": True, "reviewDueAt": None, "review": None}

    for incident in (grave, slight):
        await casebook.move(officer, incident, "resolved")

    row = await casebook.row(grave["id"])
    assert days_of(row) == 14
    assert (await shown(casebook, slight))["reviewRequired"] is False
    assert (await verify_histories(casebook.service.database)).broken == []
    await casebook.move(officer, grave, "closed")
    assert (await casebook.row(grave["id"])).review_due_at == row.review_due_at
    await casebook.move(officer, grave, "in-progress")
    assert (await shown(casebook, grave))["reviewDueAt"] is None
    assert await overdue(casebook) == []


async def test_a_severity_assessed_afterwards_asks_for_a_review_or_no_more(casebook: Casebook) -> None:
    officer = ada(casebook)
    incident = await casebook.register(officer, severity={"code": "low"})
    await casebook.move(officer, incident, "resolved")

    async def assess(severity: str, version: int) -> str | None:
        given = {"id": incident["id"], "expectedVersion": version, "severity": {"code": severity}}
        await casebook.change(EDIT, officer, **given)
        found: str | None = (await shown(casebook, incident))["reviewDueAt"]
        return found

    assert await assess("high", 2) is not None
    await make_late(casebook)
    assert await overdue(casebook) == [incident["id"]]
    assert await assess("low", 3) is None
    assert await overdue(casebook) == []


async def test_a_review_that_is_late_is_told_once_and_an_approved_one_is_awaited_no_more(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook), severity={"code": "high"}, responsibleId=str(casebook.bob))
    await casebook.move(ada(casebook), incident, "resolved")
    await make_late(casebook)

    assert [await announce_overdue(casebook.service.database) for _ in range(2)] == [1, 0]

    *_, event = await casebook.service.events()
    assert (event.data["part"], event.data["part_id"]) == ("REVIEW", incident["id"])
    assert event.data["concerned_ids"] == [str(casebook.bob)]
    assert await overdue(casebook) == [incident["id"]]
    review = await approved(casebook, incident)
    assert await overdue(casebook) == []
    await casebook.move_review(bob(casebook), review, "IN_REVIEW")
    await make_late(casebook)
    assert await overdue(casebook) == [incident["id"]]
    assert await announce_overdue(casebook.service.database) == 1
    *_, event = await casebook.service.events()
    assert event.data["concerned_ids"] == [str(casebook.ada)]


async def test_one_review_is_enough_for_all_incidents_that_it_covers(casebook: Casebook) -> None:
    first, second = [await casebook.register(ada(casebook), severity={"code": "high"}) for _ in range(2)]
    for incident in (first, second):
        await casebook.move(ada(casebook), incident, "resolved")
    await make_late(casebook)

    await approved(casebook, first, covers=[second["id"]])

    assert await overdue(casebook) == []
    await casebook.demand({"CLOSED": ["REVIEW"]})
    assert (await casebook.move(ada(casebook), second, "closed"))["statusCategory"] == "CLOSED"


async def test_what_it_covers_is_of_the_company_and_seen_by_all_of_it(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    confided = await casebook.register(ada(casebook), visibility="RESTRICTED")
    hidden = await casebook.register(bob(casebook), visibility="RESTRICTED")
    foreign = await casebook.register(casebook.officer(casebook.north))
    both = await casebook.register(casebook.officer(casebook.acme))
    review = await casebook.start_review(ada(casebook), incident)

    async def tried(*named: str) -> Json:
        payload: Json = await casebook.try_to(
            EDIT_REVIEW, ada(casebook), id=review["id"], expectedVersion=1, covers=[*named]
        )
        return payload

    async with casebook.unchanged():
        absent = [await tried(each) for each in (hidden["id"], foreign["id"], str(uuid4()))]
        unfit = [await tried(each) for each in (confided["id"], incident["id"])]
    assert absent == [absent[0]] * 3
    assert [(each["errors"][0]["code"], each["errors"][0]["field"]) for each in (absent[0], *unfit)] == [
        ("NOT_FOUND", ["covers"]), *[("INVALID", ["covers"])] * 2,
    ]  # fmt: skip

    covering = await tried(both["id"])
    await casebook.change(SHOW, casebook.supervisor(casebook.acme), id=both["id"], visibility="RESTRICTED")
    assert covering["review"]["covers"] == [both["id"]]
    assert (await shown(casebook, incident, ada(casebook)))["review"]["covers"] == []


async def test_a_company_sets_what_it_asks_of_reviews_and_everybody_there_sees_who_did(casebook: Casebook) -> None:
    boss, company = manager(casebook), {"code": "ACME"}
    (usual,) = await casebook.service.entities("Company", [casebook.acme], POLICY, casebook.reader(casebook.acme))

    template = {"wentBadly": "What did we notice too late?"}
    first = await casebook.try_to(SET_POLICY, boss, company=company, requiredFromRank=1, dueDays=3, template=template)
    same = await casebook.try_to(SET_POLICY, boss, company=company, dueDays=3)
    incident = await casebook.register(ada(casebook), severity={"code": "low"})
    review = await casebook.start_review(ada(casebook), incident)
    await casebook.move(ada(casebook), incident, "resolved")
    await casebook.try_to(SET_POLICY, boss, company=company, requiredFromRank=None, expectedVersion=1)

    assert usual["incidentReviewPolicy"] == {
        "requiredFromRank": 3, "dueDays": 14, "usual": True, "version": 0,
        "template": {"summary": None, "wentBadly": None},
    }  # fmt: skip
    assert first["policy"] == {
        "requiredFromRank": 1, "dueDays": 3, "usual": False, "version": 1, "template": {"summary": None, **template},
    }  # fmt: skip
    assert same == first
    assert review["wentBadly"] == "What did we notice too late?"
    row = await casebook.row(incident["id"])
    assert days_of(row) == 3
    assert (await shown(casebook, incident))["reviewRequired"] is True  # it was settled when it was resolved
    (told,) = await casebook.service.entities("Company", [casebook.acme], POLICY, casebook.reader(casebook.acme))
    assert [(each["version"], each["actor"]["id"]) for each in told["incidentReviewPolicyChanges"]] == [
        (2, str(boss.id)), (1, str(boss.id)),
    ]  # fmt: skip
    assert told["incidentReviewPolicyChanges"][0]["changes"] == [
        {"field": "requiredFromRank", "before": "1", "after": None}
    ]


async def test_the_policy_is_set_by_who_manages_directories_there_and_seen_by_who_sees_the_company(
    casebook: Casebook,
) -> None:
    foreign = user({"directory.manage": [casebook.north], "incident.view": [casebook.north]})

    async with casebook.unchanged():
        denied = await casebook.try_to(SET_POLICY, ada(casebook), company={"code": "ACME"}, dueDays=1)
        hidden = [
            await casebook.try_to(SET_POLICY, foreign, company=company, dueDays=1)
            for company in ({"code": "ACME"}, {"id": str(casebook.acme)}, {"id": str(uuid4())})
        ]
        wrong = [
            await casebook.try_to(SET_POLICY, manager(casebook), company={"code": "ACME"}, **given)
            for given in (
                {"dueDays": 0}, {"dueDays": 366}, {"dueDays": None}, {"requiredFromRank": -1},
                {"template": {"summary": "x" * 20_001}}, {"dueDays": 5, "expectedVersion": 7},
            )
        ]  # fmt: skip

    assert [each["code"] for each in denied["errors"]] == ["DENIED"]
    assert hidden == [hidden[0]] * 3
    assert [each["errors"][0]["code"] for each in (hidden[0], *wrong)] == ["NOT_FOUND", *["INVALID"] * 5, "CONFLICT"]
    assert [each["errors"][0]["field"] for each in wrong] == [
        *[["dueDays"]] * 3, ["requiredFromRank"], ["template", "summary"], ["expectedVersion"],
    ]  # fmt: skip
    (told,) = await casebook.service.entities("Company", [casebook.acme], POLICY, foreign)
    assert told == {"incidentReviewPolicy": None, "incidentReviewPolicyChanges": []}


@pytest.mark.parametrize("where", ["foreign", "absent", "deleted", "confided"])
async def test_of_what_is_out_of_sight_nothing_is_changed_or_shown(casebook: Casebook, where: str) -> None:
    boss = casebook.administrator()
    code = "NORTH" if where == "foreign" else "ACME"
    visibility = "RESTRICTED" if where == "confided" else "COMPANY"
    incident = await casebook.register(boss, company={"code": code}, visibility=visibility)
    review = await casebook.start_review(boss, incident)
    if where == "deleted":
        await casebook.try_to(DELETE, boss, id=incident["id"])
    named = (str(uuid4()), str(uuid4())) if where == "absent" else (incident["id"], review["id"])

    async with casebook.unchanged():
        payloads = [
            await casebook.try_to(mutation, ada(casebook), **given)
            for mutation, given in (
                (START_REVIEW, {"incidentId": named[0]}),
                (EDIT_REVIEW, {"id": named[1], "expectedVersion": 9, "summary": "Mine"}),
                (MOVE_REVIEW, {"id": named[1], "status": "IN_REVIEW"}),
            )
        ]

    what = "was not found, or not within your rights."
    assert payloads == [
        {"review": None, "conflicts": [], "errors": [{"code": "NOT_FOUND", "message": message, "field": [field]}]}
        for message, field in (
            (f"The incident {what}", "incidentId"), *[(f"The review {what}", "id")] * 2,
        )
    ]  # fmt: skip
    for actor in (ada(casebook), *others(casebook)):
        if where != "absent" and not (where == "foreign" and actor.may("incident.view", casebook.north)):
            assert (await casebook.service.data(ONE, actor, id=incident["id"]))["incident"] is None


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"summary": "x" * 20_001}, "INVALID", ["summary"]),
        ({"facilitatorId": "no id"}, "INVALID", ["facilitatorId"]),
        ({"facilitatorId": str(uuid4())}, "NOT_FOUND", ["facilitatorId"]),
        ({"participantIds": [str(uuid4())]}, "NOT_FOUND", ["participantIds"]),
        ({"participantIds": [str(uuid4()) for _ in range(51)]}, "INVALID", ["participantIds"]),
        ({"covers": [str(uuid4()) for _ in range(51)]}, "INVALID", ["covers"]),
        ({"rootCauses": [{"category": "PEOPLE", "text": " "}]}, "INVALID", ["rootCauses"]),
        ({"controlsImproved": ["x" * 65]}, "INVALID", ["controlsImproved"]),
        ({"meetingAt": "2026-01-01T00:00:00"}, "INVALID", ["meetingAt"]),
    ],
)
async def test_what_breaks_a_rule_is_refused_beside_its_field(
    casebook: Casebook, given: Json, code: str, field: list[str]
) -> None:
    review = await casebook.start_review(ada(casebook), await casebook.register(ada(casebook)))

    async with casebook.unchanged():
        payload = await casebook.try_to(EDIT_REVIEW, ada(casebook), id=review["id"], expectedVersion=1, **given)

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [(code, field)]


async def test_reviews_of_many_incidents_cost_the_same_statements_as_of_one(casebook: Casebook) -> None:
    incidents = [await casebook.register(ada(casebook), severity={"code": "high"}) for _ in range(4)]
    for incident in incidents[1:]:
        await casebook.start_review(ada(casebook), incident)

    counts = []
    for asked in (incidents[-1:], incidents):
        with casebook.service.statements() as statements:
            found = await casebook.service.entities("Incident", [each["id"] for each in asked], SHOWN, ada(casebook))
        counts.append(len(statements))

    assert [each["review"] is not None for each in found] == [False, True, True, True]
    assert counts[0] == counts[1] <= 7


async def test_ranks_are_learned_from_what_directories_tell(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook), severity={"code": "low"})
    casebook.alter("low", rank=4)
    assert (await shown(casebook, incident))["reviewRequired"] is False

    await casebook.hear("directories", "directory.entry_changed.v1", entry_id=str(casebook.id_of("low")))

    assert (await shown(casebook, incident))["reviewRequired"] is True
