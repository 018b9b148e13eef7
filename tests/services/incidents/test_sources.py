"""Registering once what another system tells of."""

import asyncio
from typing import Any

from tests.support.casebook import REGISTER, SHOW, Casebook
from tests.support.services import user

ALERT: dict[str, Any] = {"channel": "ALERT", "system": "siem", "externalId": "A-1", "url": "https://siem.example.org/1"}


async def test_one_alert_is_registered_once_whoever_brings_it(casebook: Casebook) -> None:
    first, second = casebook.officer(casebook.acme), casebook.officer(casebook.acme)
    incident = await casebook.register(first, source=ALERT)

    async with casebook.unchanged():
        again = await casebook.try_to(REGISTER, second, title="The same alert", source=ALERT)

    assert (again["alreadyRegistered"], again["incident"]["id"], again["errors"]) == (True, incident["id"], [])
    row = await casebook.row(incident["id"])
    assert (row.source_channel, row.source_system, row.source_external_id) == ("ALERT", "siem", "A-1")


async def test_what_differs_in_company_system_or_id_is_another_one(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme, casebook.north)
    others = [ALERT | {"system": "edr"}, ALERT | {"externalId": "A-2"}]
    rows = [{"title": "An alert", "source": source, "company": {"code": "ACME"}} for source in (ALERT, *others)]
    rows.append({"title": "An alert", "source": ALERT, "company": {"code": "NORTH"}})

    results = await casebook.register_many(officer, [*rows, *rows])

    assert [result["alreadyRegistered"] for result in results] == [False] * 4 + [True] * 4
    assert [result["incident"]["id"] for result in results[:4]] == [result["incident"]["id"] for result in results[4:]]


async def test_of_many_at_once_one_is_registered(casebook: Casebook) -> None:
    officers = [casebook.officer(casebook.acme) for _ in range(6)]

    payloads = await asyncio.gather(
        *(casebook.try_to(REGISTER, officer, title="An alert", source=ALERT) for officer in officers)
    )

    assert sorted(payload["alreadyRegistered"] for payload in payloads) == [False, *[True] * 5]
    assert len({payload["incident"]["id"] for payload in payloads}) == 1
    assert len(await casebook.references()) == 1


async def test_who_may_only_register_is_told_no_more_than_that_it_is_there(casebook: Casebook) -> None:
    await casebook.register(casebook.officer(casebook.acme), source=ALERT)
    monitor = user({"incident.add": [casebook.acme]})

    async with casebook.unchanged():
        again = await casebook.try_to(REGISTER, monitor, title="The same alert", source=ALERT)

    assert again == {"incident": None, "alreadyRegistered": True, "errors": []}


async def test_a_restricted_incident_tells_only_its_registrant_that_its_alert_is_known(casebook: Casebook) -> None:
    monitor = casebook.officer(casebook.acme)
    secret = await casebook.register(monitor, source=ALERT, visibility="RESTRICTED")
    other = casebook.officer(casebook.acme)

    mine = await casebook.try_to(REGISTER, monitor, title="The same alert", source=ALERT)
    theirs = await casebook.try_to(REGISTER, other, title="The same alert", source=ALERT)

    assert (mine["alreadyRegistered"], mine["incident"]["id"]) == (True, secret["id"])
    assert (theirs["alreadyRegistered"], theirs["incident"]["id"] != secret["id"]) == (False, True)


async def test_restricting_gives_the_source_back_and_opening_takes_it(casebook: Casebook) -> None:
    officer, other = casebook.officer(casebook.acme), casebook.officer(casebook.acme)
    incident = await casebook.register(officer, source=ALERT)
    await casebook.change(SHOW, officer, id=incident["id"], visibility="RESTRICTED")
    await casebook.change(SHOW, officer, id=incident["id"], visibility="COMPANY")

    again = await casebook.try_to(REGISTER, other, title="The same alert", source=ALERT)
    await casebook.change(SHOW, officer, id=incident["id"], visibility="RESTRICTED")
    anew = await casebook.try_to(REGISTER, other, title="The same alert", source=ALERT)
    await casebook.change(SHOW, officer, id=incident["id"], visibility="COMPANY")
    last = await casebook.try_to(REGISTER, other, title="The same alert", source=ALERT)

    assert again["incident"]["id"] == incident["id"]
    assert (anew["alreadyRegistered"], last["incident"]["id"]) == (False, anew["incident"]["id"])


async def test_key_and_source_of_a_batch_are_one_registration(casebook: Casebook) -> None:
    rows: list[dict[str, Any]] = [
        {"title": "By key", "idempotencyKey": "k"},
        {"title": "By key and source", "idempotencyKey": "k", "source": ALERT},
        {"title": "By source", "source": ALERT},
        {"title": "By both", "source": ALERT, "idempotencyKey": "l"},
    ]

    results = await casebook.register_many(casebook.officer(casebook.acme), rows)

    assert [result["alreadyRegistered"] for result in results] == [False, True, False, True]
    assert [result["incident"]["title"] for result in results] == ["By key", "By key", "By source", "By source"]


async def test_an_id_without_its_system_is_refused(casebook: Casebook) -> None:
    async with casebook.unchanged():
        payload = await casebook.try_to(
            REGISTER, casebook.officer(casebook.acme), title="An alert", source={"externalId": "A-1"}
        )

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", ["source", "system"])]


async def test_registering_without_a_source_asks_nothing_of_sources(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    await casebook.register(officer)

    with casebook.service.statements() as seen:
        await casebook.register(officer)

    assert not [statement for statement in seen if "incident_source" in statement]
