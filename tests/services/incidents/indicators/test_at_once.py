"""Indicators that several people add and remove at the same time."""

import asyncio
from uuid import UUID

from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import Casebook
from tests.support.indicators import ADD, EVIL, REMOVE, add, kept
from tests.support.restricted import ada


async def test_adding_the_same_at_once_in_two_incidents_makes_one_indicator(casebook: Casebook) -> None:
    incidents = [await casebook.register(ada(casebook)) for _ in range(6)]
    values = [f"host{number}.example" for number in range(5)]

    links = await asyncio.gather(
        *(
            add(casebook, ada(casebook), incident, *(values if number % 2 else reversed(values)))
            for number, incident in enumerate(incidents)
        )
    )

    assert len({each["indicator"]["id"] for link in links for each in link}) == len(await kept(casebook)) == 5
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_adding_while_the_last_one_is_removed_leaves_nothing_dangling(casebook: Casebook) -> None:
    here, there = [await casebook.register(ada(casebook)) for _ in range(2)]
    for _ in range(5):
        (link,) = await add(casebook, ada(casebook), here, EVIL)
        _, (other,) = await asyncio.gather(
            casebook.try_to(REMOVE, ada(casebook), id=link["id"]), add(casebook, ada(casebook), there, EVIL)
        )
        assert [row.id for row in await kept(casebook)] == [UUID(other["indicator"]["id"])]
        await casebook.try_to(REMOVE, ada(casebook), id=other["id"])


async def test_only_one_of_two_adds_the_same_to_the_same_incident(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    given = {"incidentId": incident["id"], "indicators": [{"value": EVIL}]}

    answers = await asyncio.gather(*(casebook.try_to(ADD, ada(casebook), **given) for _ in range(4)))

    assert sorted(len(answer["errors"]) for answer in answers) == [0, 1, 1, 1]
