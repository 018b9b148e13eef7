"""A server that goes away, loses answers or comes back: rows are neither lost nor doubled."""

import asyncio

import pytest

from tests.support.importer import Importer

LINES = [f"Company {number % 7},Row {number},2024-03-01,{number},Theft" for number in range(300)]


def lines_registered(importer: Importer) -> list[int]:
    return sorted(int(title.removeprefix("Row ")) for title in importer.registry.titles)


@pytest.mark.parametrize(
    "trouble", [503, 429, "lose the request", "lose the answer", "SERVICE_UNAVAILABLE", "CONFLICT"]
)
async def test_a_passing_fault_is_asked_again(importer: Importer, trouble: int | str) -> None:
    importer.registry.companies_by_name = {f"Company {number}": f"id-{number}" for number in range(7)}
    importer.registry.trouble = [trouble, trouble]

    ran = await importer.run(importer.table(*LINES), "--parallel", "1")

    assert ran.code == 0, ran.err
    assert lines_registered(importer) == list(range(300))
    assert ran.err.count("trying again") == 1
    assert ran.err.count("answers again") == 1


async def test_a_lost_answer_to_creating_a_company_does_not_make_two(importer: Importer) -> None:
    importer.registry.trouble = ["lose the answer"]

    ran = await importer.run(importer.table("Acme,Door forced,,,Theft"))

    assert ran.code == 0, ran.err
    assert list(importer.registry.companies_by_name) == ["Acme"]
    assert importer.registry.titles == ["Door forced"]


async def test_a_server_that_restarts_only_makes_it_wait(importer: Importer) -> None:
    async def restart_after_the_first_batch() -> None:
        while not importer.registry.batches:
            await asyncio.sleep(0.001)
        await importer.registry.stop()
        await asyncio.sleep(0.1)
        await importer.registry.start()

    restarting = asyncio.create_task(restart_after_the_first_batch())
    ran = await importer.run(importer.table(*LINES), "--parallel", "1")
    await restarting

    assert ran.code == 0, ran.err
    assert lines_registered(importer) == list(range(300))


async def test_an_import_given_up_midway_is_completed_by_the_next_run(importer: Importer) -> None:
    importer.registry.companies_by_name = {f"Company {number}": f"id-{number}" for number in range(7)}
    file = importer.table(*LINES)
    # The first batch goes in, the second is registered but its answer is lost, then the server stays away.
    importer.registry.trouble = ["", "lose the answer", *[503] * 1000]

    ran = await importer.run(file, "--parallel", "1", "--patience", "0.2")

    assert ran.code == 3
    assert "Stopped: 50 registered" in ran.err
    assert "Gave up" in ran.err
    assert len(importer.registry.incidents) == 100

    importer.registry.trouble = []
    ran = await importer.run(file)

    assert ran.code == 0
    assert "200 registered, 100 already there" in ran.out
    assert lines_registered(importer) == list(range(300))


async def test_a_server_that_never_answers_is_given_up(importer: Importer) -> None:
    await importer.registry.stop()

    ran = await importer.run(importer.table(*LINES), "--patience", "0.1")

    assert ran.code == 3
    assert importer.registry.url in ran.err


async def test_a_refused_key_ends_at_once(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_API_KEY", "ir_another")

    ran = await importer.run(importer.table(*LINES))

    assert ran.code == 3
    assert "does not accept the API key" in ran.err
    assert "ir_another" not in ran.err
    assert importer.registry.companies_by_name == {}


async def test_a_caller_who_may_not_register_is_told_once(importer: Importer) -> None:
    importer.registry.companies_by_name = {f"Company {number}": f"id-{number}" for number in range(7)}
    importer.registry.trouble = ["UNAUTHORIZED_FIELD_OR_TYPE"] * 10

    ran = await importer.run(importer.table(*LINES))

    assert ran.code == 3
    assert ran.err.count("The server refuses") == 1
    assert importer.registry.incidents == {}


async def test_an_address_that_is_no_graph_is_told(importer: Importer) -> None:
    ran = await importer.run(importer.table(*LINES), "--url", importer.registry.url.replace("graphql", "x"))

    assert ran.code == 3
    assert "is not a graph; check --url" in ran.err
