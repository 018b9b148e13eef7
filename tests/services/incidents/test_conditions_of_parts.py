"""The queries alone, without the walls of the tables: what hangs on hidden incidents is in no answer either."""

from uuid import UUID

import pytest

from services.incidents.domain.search import Search
from services.incidents.persistence import search as searching
from services.incidents.persistence import sharing
from services.incidents.persistence.filters import Filter
from services.incidents.persistence.links import count_all, of_incident
from services.incidents.persistence.search import Found, SearchedIncidents
from tests.support.casebook import DELETE, SHOW, SYSTEM, Casebook
from tests.support.indicators import add, shown
from tests.support.open_walls import open_the_tables
from tests.support.restricted import ada, bob
from tests.support.services import Json

LINK = "mutation ($input: AddIncidentLinkInput!) { addIncidentLink(input: $input) { errors { code } } }"
FOUND = "query ($filter: IncidentFilter) { incidents(filter: $filter) { nodes { id } totalCount } }"
A = "a.example"


@pytest.fixture(autouse=True)
def _open(casebook: Casebook, monkeypatch: pytest.MonkeyPatch) -> None:
    open_the_tables(monkeypatch, {"incidents": casebook.service.runtime})


async def two(casebook: Casebook) -> tuple[Json, Json]:
    return await casebook.register(ada(casebook)), await casebook.register(ada(casebook))


async def test_the_id_of_a_hidden_indicator_finds_nothing(casebook: Casebook) -> None:
    secret, incident = await two(casebook)
    await casebook.change(SHOW, ada(casebook), id=secret["id"], visibility="RESTRICTED")
    (hidden,) = await add(casebook, ada(casebook), secret, A)
    await add(casebook, bob(casebook), incident, A)
    filter = {"indicators": [{"id": hidden["indicator"]["id"]}]}

    answers = [await casebook.service.data(FOUND, actor, filter=filter) for actor in (bob(casebook), ada(casebook))]

    assert [answer["incidents"]["totalCount"] for answer in answers] == [0, 2]


async def test_hidden_incidents_take_no_place_among_the_newest_that_are_compared(
    casebook: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MOST_COMPARED", 1)
    asked, other = await two(casebook)
    gone, secret = await two(casebook)
    for each in (asked, other, gone, secret):
        await add(casebook, ada(casebook), each, A)
    await casebook.try_to(DELETE, ada(casebook), id=gone["id"])
    await casebook.change(SHOW, ada(casebook), id=secret["id"], visibility="RESTRICTED")

    found = (await shown(casebook, asked, bob(casebook)))["sharing"]

    assert [each["incident"]["id"] for each in found["nodes"]] == [other["id"]]


async def test_links_to_hidden_incidents_are_not_counted(casebook: Casebook) -> None:
    incident, secret = await two(casebook)
    linked = {"incidentId": incident["id"], "otherId": secret["id"], "linkType": {"code": "related"}}
    assert (await casebook.try_to(LINK, ada(casebook), **linked))["errors"] == []
    await casebook.change(SHOW, ada(casebook), id=secret["id"], visibility="RESTRICTED")

    numbers = []
    async with casebook.service.database.read(SYSTEM) as session:
        for actor in (bob(casebook), ada(casebook)):
            rows = await of_incident(UUID(incident["id"]), session, actor)
            numbers.append((len(rows), await count_all(UUID(incident["id"]), session, actor)))

    assert numbers == [(0, 0), (1, 1)]


async def test_the_reference_of_a_hidden_incident_fits_no_search(
    casebook: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_RANKED", 0)
    secret = await casebook.register(ada(casebook), visibility="RESTRICTED")
    typed = Search((), secret["reference"])

    async with casebook.service.database.read(SYSTEM) as session:
        found = [
            await SearchedIncidents(session, actor, typed, "'nothing'", Filter()).count()
            for actor in (bob(casebook), ada(casebook))
        ]

    assert found == [Found(0, all=True), Found(1, all=False)]
