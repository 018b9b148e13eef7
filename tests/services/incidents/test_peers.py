"""Keeping the copies of companies, users and directory entries current."""

from uuid import uuid4

from tests.support.casebook import REGISTER, Casebook


async def test_a_company_that_closed_takes_no_more_incidents(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    await casebook.register(officer)
    casebook.access.rows["company"][0] |= {"active": False, "version": 2}

    await casebook.hear("access", "company.changed.v1", company_id=str(casebook.acme), version=2)

    async with casebook.unchanged():
        payload = await casebook.try_to(REGISTER, officer, title="Lost notebook")
    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("NOT_FOUND", ["company"])]


async def test_a_person_who_may_look_now_may_be_responsible(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    before = await casebook.try_to(REGISTER, officer, title="Lost notebook", responsibleId=str(casebook.nora))
    casebook.access.rows["user"][1] |= {"company_ids": [str(casebook.north), str(casebook.acme)], "version": 2}

    await casebook.hear("access", "users.changed.v1", user_ids=[str(casebook.nora), str(uuid4())])

    assert [error["code"] for error in before["errors"]] == ["NOT_FOUND"]
    incident = await casebook.register(officer, responsibleId=str(casebook.nora))
    assert (await casebook.row(incident["id"])).responsible_id == casebook.nora


async def test_a_new_code_is_known_by_its_event(casebook: Casebook) -> None:
    casebook.entries["low"] |= {"code": "minor", "version": 2}

    await casebook.hear("directories", "directory.entry_changed.v1", entry_id=casebook.entries["low"]["id"])

    incident = await casebook.register(casebook.officer(casebook.acme), severity={"code": "minor"})
    assert str((await casebook.row(incident["id"])).severity_id) == casebook.entries["low"]["id"]
    assert casebook.directories.asked == ["lookups/directory_entry"]


async def test_what_is_known_is_not_asked_again(casebook: Casebook) -> None:
    for _ in range(2):
        await casebook.register(
            casebook.officer(casebook.acme, casebook.north),
            company={"code": "ACME"},
            type={"code": "fraud.phishing"},
            severity={"id": str(casebook.id_of("low"))},
            responsibleId=str(casebook.ada),
        )

    assert casebook.access.asked == casebook.directories.asked == []
