"""Registering many incidents: at once, side by side, and again."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from tests.support.casebook import DELETE, EDIT, REGISTER, REGISTER_MANY, Casebook
from tests.support.services import Json

YEAR = datetime.now(UTC).year


def rows(number: int, **more: Any) -> list[Json]:
    return [{"title": f"Incident {i}", **more} for i in range(number)]


async def test_fifty_go_in_with_results_in_their_order(casebook: Casebook) -> None:
    results = await casebook.register_many(casebook.officer(casebook.acme), rows(50))

    assert [result["incident"]["title"] for result in results] == [f"Incident {i}" for i in range(50)]
    assert [result["incident"]["reference"] for result in results] == [
        f"ACME-{YEAR}-{number:06d}" for number in range(1, 51)
    ]
    events = await casebook.service.events()
    assert [str(event.subject) for event in events] == [result["incident"]["id"] for result in results]


async def test_fifty_one_are_refused_as_a_whole(casebook: Casebook) -> None:
    async with casebook.unchanged():
        answer = await casebook.service.data(REGISTER_MANY, casebook.officer(casebook.acme), incidents=rows(51))

    assert answer["registerIncidents"]["results"] == []
    assert [(e["code"], e["field"]) for e in answer["registerIncidents"]["errors"]] == [("INVALID", ["incidents"])]


async def test_none_are_none(casebook: Casebook) -> None:
    async with casebook.unchanged():
        assert await casebook.register_many(casebook.officer(casebook.acme), []) == []


async def test_good_rows_go_in_while_bad_ones_are_refused(casebook: Casebook) -> None:
    given: list[Json] = [
        {"title": "Good"},
        {"title": "ab"},
        {"title": "Elsewhere", "company": {"code": "NORTH"}},
        {"title": "Unreadable", "severity": {"id": "no id"}},
        {"title": "Unknown", "type": {"code": "unknown"}},
        {"title": "Also good"},
    ]

    results = await casebook.register_many(casebook.officer(casebook.acme), given)

    assert [[error["code"] for error in result["errors"]] for result in results] == [
        [], ["INVALID"], ["NOT_FOUND"], ["INVALID"], ["NOT_FOUND"], [],
    ]  # fmt: skip
    assert [result["incident"] and result["incident"]["title"] for result in results] == [
        "Good", None, None, None, None, "Also good",
    ]  # fmt: skip
    assert await casebook.references() == [f"ACME-{YEAR}-000001", f"ACME-{YEAR}-000002"]
    assert len(await casebook.service.events()) == 2


async def test_fifty_cost_as_many_statements_as_one(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme, casebook.north)
    usual: dict[str, Any] = {
        "type": {"code": "fraud.phishing"},
        "severity": {"id": str(casebook.id_of("high"))},
        "responsibleId": str(casebook.ada),
        "company": {"code": "ACME"},
    }
    await casebook.register(officer, **usual)

    counts = []
    for number in (1, 50):
        keyed = [row | {"idempotencyKey": str(uuid4())} for row in rows(number, **usual)]
        with casebook.service.statements() as statements:
            await casebook.register_many(officer, keyed)
        counts.append(len(statements))

    assert counts == [15, 15]


async def test_numbers_have_no_gap_and_no_double_under_concurrency(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme, casebook.north)

    async def batch(number: int) -> None:
        """Both companies, in both orders, and now and then a refused row."""
        codes = ("ACME", "NORTH") if number % 2 else ("NORTH", "ACME")
        given: list[Json] = [{"title": f"Of {number}", "company": {"code": code}} for code in codes * 2]
        await casebook.register_many(officer, [*given, {"title": "", "company": {"code": "ACME"}}])

    await asyncio.gather(*(batch(number) for number in range(20)))

    expected = [f"{code}-{YEAR}-{number:06d}" for code in ("ACME", "NORTH") for number in range(1, 41)]
    assert await casebook.references() == expected


async def test_a_failed_registration_gives_its_numbers_back(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    await casebook.register(officer)

    async with casebook.unchanged():
        await casebook.try_to(REGISTER, officer, title="ab")

    assert (await casebook.register(officer))["reference"] == f"ACME-{YEAR}-000002"


async def test_the_same_key_registers_once(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    first = await casebook.try_to(REGISTER, officer, title="Once", idempotencyKey="k" * 64)

    async with casebook.unchanged():
        again = await casebook.try_to(REGISTER, officer, title="Once", idempotencyKey="k" * 64)

    assert again == first | {"alreadyRegistered": True}
    assert (first["alreadyRegistered"], first["errors"]) == (False, [])


async def test_the_same_key_shows_the_incident_as_it_is_by_now(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    first = await casebook.register(officer, idempotencyKey="key")
    await casebook.change(EDIT, officer, id=first["id"], expectedVersion=1, title="Edited since")

    again = await casebook.try_to(REGISTER, officer, title="Once", idempotencyKey="key")

    assert (again["incident"]["id"], again["incident"]["title"]) == (first["id"], "Edited since")


async def test_the_same_key_within_a_batch_registers_once_and_leaves_no_gap(casebook: Casebook) -> None:
    given = [{"title": "One", "idempotencyKey": "a"}, {"title": "Two"}, {"title": "One", "idempotencyKey": "a"}]

    results = await casebook.register_many(casebook.officer(casebook.acme), [*given, {"title": "Three"}])

    assert [result["alreadyRegistered"] for result in results] == [False, False, True, False]
    assert results[0]["incident"] == results[2]["incident"]
    assert [result["incident"]["reference"][-6:] for result in results] == ["000001", "000002", "000001", "000003"]
    assert len(await casebook.service.events()) == 3


async def test_the_same_keys_side_by_side_register_once(casebook: Casebook) -> None:
    """In different companies, whose numbers do not make them wait, and in opposite orders."""
    officer = casebook.officer(casebook.acme, casebook.north)

    def batch(number: int) -> list[Json]:
        code = ("ACME", "NORTH")[number % 2]
        given = [
            {"title": f"Incident {key}", "idempotencyKey": f"key {key}", "company": {"code": code}} for key in range(20)
        ]
        return given if number % 3 else given[::-1]

    answers = await asyncio.gather(*(casebook.register_many(officer, batch(number)) for number in range(12)))

    results = [result for answer in answers for result in answer]
    assert [result["errors"] for result in results] == [[]] * 240
    assert [result["alreadyRegistered"] for result in results].count(False) == 20
    assert len({result["incident"]["id"] for result in results}) == 20
    assert len(await casebook.references()) == len(await casebook.service.events()) == 20


async def test_another_callers_same_key_is_another_incident(casebook: Casebook) -> None:
    one, other = casebook.officer(casebook.acme), casebook.officer(casebook.acme)

    results = await asyncio.gather(
        *(casebook.try_to(REGISTER, actor, title="Mine", idempotencyKey="1") for actor in (one, other))
    )

    assert [result["alreadyRegistered"] for result in results] == [False, False]
    assert len({result["incident"]["id"] for result in results}) == 2


async def test_the_key_of_a_deleted_incident_stays_used(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    first = await casebook.register(officer, idempotencyKey="key")
    await casebook.try_to(DELETE, officer, id=first["id"])

    async with casebook.unchanged():
        again = await casebook.try_to(REGISTER, officer, title="Once", idempotencyKey="key")

    assert again == {"incident": None, "alreadyRegistered": True, "errors": []}


async def test_a_key_shows_nothing_that_went_out_of_sight(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    await casebook.register(officer, idempotencyKey="key")
    moved = casebook.officer(casebook.north, id=officer.id)

    async with casebook.unchanged():
        again = await casebook.try_to(REGISTER, moved, title="Once", idempotencyKey="key")

    assert again == {"incident": None, "alreadyRegistered": True, "errors": []}


async def test_a_silent_peer_leaves_nothing_half_done(casebook: Casebook) -> None:
    del casebook.service.transport.applications["access"]
    given = [{"title": "Good"}, {"title": "Unknown", "company": {"id": str(uuid4())}}]

    async with casebook.unchanged():
        answer = await casebook.service.graph(REGISTER_MANY, casebook.officer(casebook.acme), incidents=given)

    assert answer["data"] == {"registerIncidents": None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SERVICE_UNAVAILABLE"]
