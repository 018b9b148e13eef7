"""Reviews that are about several incidents: what of it is told when some are hidden, and what it counts for then."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from deploy.local.postgres import PostgresServer
from services.incidents.domain.reviews import ReviewStatus
from services.incidents.persistence.deadline_rows import DeadlineRow
from services.incidents.usecases.change_review_status import ChangeReviewStatus, change_review_status
from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import DELETE, EDIT_REVIEW, SHOW, SYSTEM, Casebook
from tests.support.open_walls import open_the_tables
from tests.support.restricted import ada, bob
from tests.support.services import Json, user
from tests.support.waiting import until_waiting

RESTORE = "mutation ($input: RestoreIncidentInput!) { restoreIncident(input: $input) { errors { code } } }"
HISTORY = """query ($id: ID!) { incident(id: $id) { history(first: 50) {
    nodes { record changes { field before after label } } } } }"""
COVERS = "query ($id: ID!) { incident(id: $id) { review { covers } } }"


async def several(casebook: Casebook, number: int, **more: Any) -> list[Json]:
    return [await casebook.register(ada(casebook), **more) for _ in range(number)]


async def covering(casebook: Casebook, incident: Json, *others: Json) -> Json:
    """A review that is led by Ada, and could be handed on."""
    review = await casebook.start_review(ada(casebook), incident, facilitatorId=str(casebook.ada))
    covers = [each["id"] for each in others]
    return await casebook.edit_review(ada(casebook), review, summary="Told", covers=covers)


async def approved(casebook: Casebook, incident: Json, *others: Json) -> Json:
    review = await covering(casebook, incident, *others)
    return await casebook.move_review(bob(casebook), review, "IN_REVIEW", "APPROVED")


async def hide(casebook: Casebook, incident: Json) -> None:
    await casebook.change(SHOW, bob(casebook), id=incident["id"], visibility="RESTRICTED")


async def covers(casebook: Casebook, incident: Json, actor: Any) -> list[str]:
    found = await casebook.service.data(COVERS, actor, id=incident["id"])
    ids: list[str] = found["incident"]["review"]["covers"]
    return ids


async def awaited(casebook: Casebook) -> set[str]:
    """The incidents whose review is awaited."""
    async with casebook.service.database.read(SYSTEM) as session:
        of = select(DeadlineRow.incident_id).where(DeadlineRow.part_type == "REVIEW")
        return set(map(str, await session.scalars(of)))


async def test_the_history_tells_that_it_covers_others_and_not_which(casebook: Casebook) -> None:
    incident, other = await several(casebook, 2)
    await covering(casebook, incident, other)

    nodes = (await casebook.service.data(HISTORY, ada(casebook), id=incident["id"]))["incident"]["history"]["nodes"]

    assert other["id"] not in str(nodes)
    (told,) = [each for each in nodes[0]["changes"] if each["field"] == "covers"]
    assert (told["before"], told["after"]) == (None, None)
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_what_an_editor_does_not_see_of_it_stays_and_is_told_by_no_answer(casebook: Casebook) -> None:
    incident, seen, hidden, more = await several(casebook, 4)
    review = await covering(casebook, incident, hidden, seen)
    await hide(casebook, hidden)

    async def tried(version: int, *named: str) -> Json:
        given = {"id": review["id"], "expectedVersion": version, "covers": [*named]}
        payload: Json = await casebook.try_to(EDIT_REVIEW, ada(casebook), **given)
        return payload

    async with casebook.unchanged():
        naming = [await tried(2, seen["id"], each) for each in (hidden["id"], str(uuid4()))]
        stale = [await tried(1, *each) for each in ((), (hidden["id"],))]
        same = await tried(2, seen["id"])
    assert naming == [naming[0]] * 2
    assert [(each["code"], each["field"]) for each in naming[0]["errors"]] == [("NOT_FOUND", ["covers"])]
    assert [each["conflicts"] for each in stale] == [
        [{"field": "covers", "yours": "[]", "current": f'["{seen["id"]}"]'}], [],
    ]  # fmt: skip
    assert (same["errors"], same["review"]["version"]) == ([], 2)

    edited = await tried(2, more["id"])
    assert edited["review"]["covers"] == [more["id"]]
    assert await covers(casebook, incident, bob(casebook)) == [more["id"], hidden["id"]]


async def test_the_review_of_a_restricted_incident_covers_no_others(casebook: Casebook) -> None:
    secret = await casebook.register(ada(casebook), visibility="RESTRICTED")
    (other,) = await several(casebook, 1)
    review = await casebook.start_review(ada(casebook), secret)

    async with casebook.unchanged():
        given = {"id": review["id"], "expectedVersion": 1, "covers": [other["id"]]}
        payload = await casebook.try_to(EDIT_REVIEW, ada(casebook), **given)

    assert [(each["code"], each["field"]) for each in payload["errors"]] == [("INVALID", ["covers"])]


@pytest.mark.parametrize("how", ["restricted", "deleted"])
async def test_what_is_approved_of_a_hidden_incident_counts_for_it_alone(casebook: Casebook, how: str) -> None:
    incident, other = await several(casebook, 2, severity={"code": "high"})
    for each in (incident, other):
        await casebook.move(ada(casebook), each, "resolved")
    await approved(casebook, incident, other)
    assert await awaited(casebook) == set()
    deleting = user({"incident.view": [casebook.acme], "incident.delete": [casebook.acme]})
    hiding, showing = {
        "restricted": (
            (SHOW, bob(casebook), {"visibility": "RESTRICTED"}),
            (SHOW, bob(casebook), {"visibility": "COMPANY"}),
        ),
        "deleted": ((DELETE, deleting, {}), (RESTORE, deleting, {})),
    }[how]

    for (mutation, actor, given), waiting in ((hiding, {other["id"]}), (showing, set())):
        assert (await casebook.try_to(mutation, actor, id=incident["id"], **given))["errors"] == []

        assert await awaited(casebook) == waiting
        await casebook.demand({"CLOSED": ["REVIEW"]})
        closing = {"id": other["id"], "status": {"code": "closed"}}
        lacking = (await casebook.service.graph(CLOSE, ada(casebook), input=closing))["data"]["changeIncidentStatus"]
        assert bool(lacking["errors"]) is bool(waiting)


CLOSE = "mutation ($input: ChangeIncidentStatusInput!) { changeIncidentStatus(input: $input) { errors { code } } }"


async def test_whether_it_counts_is_the_same_for_who_sees_the_hidden_one(
    casebook: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident, other = await several(casebook, 2, severity={"code": "high"})
    await approved(casebook, incident, other)
    await hide(casebook, incident)
    await casebook.demand({"CLOSED": ["REVIEW"]})

    open_the_tables(monkeypatch, {"incidents": casebook.service.runtime})
    closing = {"id": other["id"], "status": {"code": "closed"}}
    answers = [
        await casebook.service.data(CLOSE, actor, input=closing)
        for actor in (ada(casebook), bob(casebook), casebook.supervisor(casebook.acme))
    ]

    assert answers[0]["changeIncidentStatus"]["errors"] != []
    assert answers == [answers[0]] * 3


async def test_who_approves_knows_of_what_another_takes_back_at_the_same_moment(
    casebook: Casebook, postgres_server: PostgresServer
) -> None:
    first, second, other = await several(casebook, 3, severity={"code": "high"})
    for each in (first, second, other):
        await casebook.move(ada(casebook), each, "resolved")
    one = await approved(casebook, first, other)
    two = await casebook.move_review(ada(casebook), await covering(casebook, second, other), "IN_REVIEW")

    async with casebook.service.database.work(bob(casebook)) as work:
        back = ChangeReviewStatus(review_id=UUID(one["id"]), status=ReviewStatus.IN_REVIEW)
        await change_review_status(back, work)
        approving = asyncio.create_task(casebook.move_review(bob(casebook), two, "APPROVED"))
        await until_waiting(1, "test_incidents", postgres_server)
    await approving

    assert await awaited(casebook) == {first["id"]}
