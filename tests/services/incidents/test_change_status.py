"""Moving an incident to another status."""

from uuid import uuid4

import pytest

from tests.support.casebook import MOVE, Casebook
from tests.support.services import user

OPEN_STATUSES = ("open", "triage", "in-progress", "resolved", "review")
FINAL_STATUSES = ("closed", "declined", "merged")


async def test_a_move_leaves_one_history_entry_and_one_event(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)

    moved = await casebook.move(officer, incident, "in-progress")

    assert (moved["statusCategory"], moved["version"], moved["sequence"]) == ("ACTIVE", 2, 2)
    _, entry = await casebook.changes(incident["id"])
    before, after = str(casebook.id_of("open")), str(casebook.id_of("in-progress"))
    assert (entry.operation, entry.sequence) == ("STATUS_CHANGED", 2)
    at = entry.at.isoformat()
    note = {"precision": "MINUTE", "origin": "AUTO", "by": str(officer.id)}
    assert entry.changes == {
        "status_id": [before, after],
        "status_category": ["NEW", "ACTIVE"],
        "acknowledged_at": [None, at],
        "responded_at": [None, at],
        "timestamps": [{}, {"acknowledged_at": note, "responded_at": note}],
    }
    _, event = await casebook.service.events()
    assert (event.type, event.sequence, event.company_id) == ("incident.status_changed.v1", 2, casebook.acme)
    assert event.data == {
        "incident_id": incident["id"],
        "reference": incident["reference"],
        "before": before,
        "after": after,
        "category_before": "NEW",
        "category_after": "ACTIVE",
        "version": 2,
    }


@pytest.mark.parametrize("final", FINAL_STATUSES)
async def test_closing_takes_its_own_right(casebook: Casebook, final: str) -> None:
    officer = casebook.officer(casebook.acme, without=["close"])
    incident = await casebook.register(officer)

    async with casebook.unchanged():
        payload = await casebook.try_to(MOVE, officer, id=incident["id"], status={"code": final})

    assert payload["incident"] is None
    assert [error["code"] for error in payload["errors"]] == ["DENIED"]
    assert "incident.close" in payload["errors"][0]["message"]
    closer = user({"incident.view": [casebook.acme], "incident.close": [casebook.acme]})
    await casebook.move(closer, incident, final)


@pytest.mark.parametrize("final", FINAL_STATUSES)
async def test_reopening_takes_its_own_right(casebook: Casebook, final: str) -> None:
    incident = await casebook.register(casebook.officer(casebook.acme), status={"code": final})
    officer = casebook.officer(casebook.acme, without=["reopen"])

    async with casebook.unchanged():
        payload = await casebook.try_to(MOVE, officer, id=incident["id"], status={"code": "open"})

    assert [error["code"] for error in payload["errors"]] == ["DENIED"]
    assert "incident.reopen" in payload["errors"][0]["message"]
    reopener = user({"incident.view": [casebook.acme], "incident.reopen": [casebook.acme]})
    await casebook.move(reopener, incident, "open")


async def test_any_other_move_takes_the_right_to_edit(casebook: Casebook) -> None:
    incident = await casebook.register(casebook.officer(casebook.acme))
    everything_else = casebook.officer(casebook.acme, without=["edit"])

    async with casebook.unchanged():
        answers = [
            await casebook.try_to(MOVE, actor, id=incident["id"], status={"code": "triage"})
            for actor in (everything_else, casebook.reader(casebook.acme))
        ]

    assert [[error["code"] for error in answer["errors"]] for answer in answers] == [["DENIED"]] * 2
    editor = user({"incident.view": [casebook.acme], "incident.edit": [casebook.acme]})
    assert (await casebook.move(editor, incident, "triage"))["statusCategory"] == "TRIAGE"


@pytest.mark.parametrize("start", [*OPEN_STATUSES, "declined", "merged"])
async def test_closing_is_stamped_from_every_category_and_cleared_by_reopening(casebook: Casebook, start: str) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer, status={"code": start})

    closed = await casebook.move(officer, incident, "closed")
    row = await casebook.row(incident["id"])
    refiled = await casebook.move(officer, incident, "filed")
    reopened = await casebook.move(officer, incident, "in-progress")

    assert row.closed_at == row.updated_at > row.registered_at
    assert closed["closedAt"] == refiled["closedAt"]
    assert (refiled["statusCategory"], reopened["closedAt"]) == ("CLOSED", None)
    entries = await casebook.changes(incident["id"])
    assert ["closed_at" in entry.changes for entry in entries] == [False, True, False, True]


async def test_leaving_closed_for_another_end_clears_the_stamp(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer, status={"code": "closed"})

    assert (await casebook.move(officer, incident, "declined"))["closedAt"] is None


async def test_moving_to_the_present_status_changes_nothing(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)

    async with casebook.unchanged():
        assert (await casebook.move(officer, incident, "open"))["version"] == 1


async def test_a_stale_version_gets_the_current_state_and_changes_nothing(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    await casebook.move(officer, incident, "triage")

    async with casebook.unchanged():
        payload = await casebook.try_to(
            MOVE, officer, id=incident["id"], status={"code": "in-progress"}, expectedVersion=1
        )

    assert (payload["incident"]["version"], payload["incident"]["statusCategory"]) == (2, "TRIAGE")
    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("CONFLICT", ["expectedVersion"])]


async def test_what_is_no_status_is_not_found(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    casebook.directories.rows["directory_entry"].append(casebook.add("status", "gone", category="ACTIVE", active=False))
    others = [{"code": "low"}, {"code": "gone"}, {"code": "none"}, {"id": str(uuid4())}]

    async with casebook.unchanged():
        answers = [await casebook.try_to(MOVE, officer, id=incident["id"], status=status) for status in others]

    found = [[(error["code"], error["field"]) for error in answer["errors"]] for answer in answers]
    assert found == [[("NOT_FOUND", ["status"])]] * 4


async def test_foreign_and_absent_incidents_are_refused_with_the_same_words(casebook: Casebook) -> None:
    foreign = await casebook.register(casebook.officer(casebook.north))
    officer = casebook.officer(casebook.acme)

    async with casebook.unchanged():
        answers = [
            await casebook.try_to(MOVE, officer, id=id, status={"code": "closed"})
            for id in (foreign["id"], str(uuid4()))
        ]

    assert answers[0] == answers[1]
    assert [(error["code"], error["field"]) for error in answers[0]["errors"]] == [("NOT_FOUND", ["id"])]
