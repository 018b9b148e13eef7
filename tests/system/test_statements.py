"""A page of the list costs the same few statements and fetches however long it is."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from deploy.local.all_in_one import AllInOne
from gateway.settings import GatewaySettings
from gateway.supergraph import read_supergraph
from tests.support.everything import everything

LIST = """
query ($first: Int!) {
  incidents(first: $first) {
    nodes {
      reference title
      company { name code } classification { name } type { name } status { name color } severity { name }
      responsible { name } registeredBy { name }
    }
  }
}
"""

REGISTER = """
mutation ($incidents: [RegisterIncidentInput!]!) { registerIncidents(input: {incidents: $incidents}) {
  results { incident { id } errors { message } } } }
"""
SAY = """
mutation ($id: ID!) { addIncidentComment(input: {incidentId: $id, body: "Seen"}) { errors { message } } }
"""
DELETE = "mutation ($id: ID!) { deleteIncident(input: {id: $id, expectedVersion: 1}) { errors { message } } }"
_LISTED = 'query ($first: Int!) { incidents(first: $first, filter: {tags: ["alike"]}) { nodes { FIELDS } } }'
_CARD = "query ($id: ID!) { incident(id: $id) { FIELDS } }"
_BACKGROUND = frozenset({"event", "parked_event", "LOCKED"})  # what relays, consumers and sweeps look at by the clock
_SETTINGS = "select set_config("  # of each transaction


@pytest.fixture
def statements(system: AllInOne) -> Iterator[Counter[str]]:
    """SELECTs of tables, by service."""
    counted: Counter[str] = Counter()
    listeners = []
    for name, runtime in system.runtimes.items():

        def count(_c: Any, _cu: Any, statement: str, *_: Any, service: str = name) -> None:
            words = [] if statement.startswith(_SETTINGS) else statement.upper().split()
            if words[:1] == ["SELECT"] and "FROM" in words and not _BACKGROUND.intersection(statement.split()):
                counted[service] += 1

        event.listen(runtime.database.engine.sync_engine, "before_cursor_execute", count)
        listeners.append((runtime.database.engine.sync_engine, count))
    yield counted
    for engine, count in listeners:
        event.remove(engine, "before_cursor_execute", count)


@pytest.fixture
def fetches(system: AllInOne) -> Iterator[Counter[str]]:
    """Requests to subgraphs, by service."""
    counted: Counter[str] = Counter()
    post = system.transport.post

    async def counting(url: str, *given: Any, **more: Any) -> Any:
        if url.endswith("/graphql") and "//gateway" not in url:
            counted[url.split("/")[2]] += 1
        return await post(url, *given, **more)

    system.transport.post = counting  # type: ignore[method-assign]  # only for this test
    yield counted
    system.transport.post = post  # type: ignore[method-assign]  # as it was


async def test_a_list_costs_one_fetch_per_subgraph_and_a_constant_number_of_statements(
    admin: Any, statements: Counter[str], fetches: Counter[str]
) -> None:
    await admin.ask(LIST, first=2)  # fills what is remembered: grants, the plan, the directories
    statements.clear()
    await admin.ask(LIST, first=2)
    few = Counter(statements)
    statements.clear()
    fetches.clear()

    page = await admin.ask(LIST, first=24)

    assert len(page["incidents"]["nodes"]) == 24
    assert fetches == {"incidents": 1, "access": 1, "directories": 1}
    assert statements == few
    assert few == {"incidents": 1, "access": 2}


async def test_every_field_of_list_and_card_costs_as_many_statements_and_fetches_for_many_incidents_as_for_two(
    admin: Any, statements: Counter[str], fetches: Counter[str]
) -> None:
    schema = read_supergraph(GatewaySettings.model_fields["supergraph"].default.read_text(encoding="utf-8")).public
    of_list, of_card = everything(schema.type_map["Incident"], 1, 4), everything(schema.type_map["Incident"], 2, 12)
    asked_of = set()
    made = await alike(admin, 24)

    async def cost(query: str, **variables: Any) -> tuple[Counter[str], Counter[str]]:
        """When grants, plans and directories are known, which now and then have to be asked for anew."""
        told = []
        for _ in range(4):
            statements.clear()
            fetches.clear()
            await admin.ask(query, **variables)
            told.append((Counter(statements), Counter(fetches)))
        return min(told, key=lambda each: each[0].total())

    for fields in of_list:
        listed = _LISTED.replace("FIELDS", fields)
        few, many = await cost(listed, first=2), await cost(listed, first=24)
        assert many == few
        asked_of |= set(few[1])
    for fields in of_card:
        one, other = [await cost(_CARD.replace("FIELDS", fields), id=each) for each in made[:2]]
        assert one == other

    assert asked_of >= {"incidents", "access", "directories", "files", "notifications"}
    for made_one in made:
        await admin.ask(DELETE, id=made_one)


async def alike(admin: Any, number: int) -> list[str]:
    """The ids of incidents that tell the same, and as much as can be told at once, each with a comment."""
    me = (await admin.ask("{ me { user { id } } }"))["me"]["user"]["id"]
    told = {
        "company": {"code": "NORTH"}, "title": "Alike", "description": "Words", "tags": ["alike"], "language": "en",
        "type": {"code": "fraud.phishing"}, "severity": {"code": "high"}, "responsibleId": me,
        "occurredAt": "2026-03-01T00:00:00Z", "location": {"text": "Hall", "country": "DE"},
        "reportedBy": {"userId": me}, "cost": {"amount": "1", "currency": "EUR"}, "impactAreas": ["CONFIDENTIALITY"],
    }  # fmt: skip
    made = (await admin.ask(REGISTER, incidents=[told] * number))["registerIncidents"]["results"]
    ids = [result["incident"]["id"] for result in made]
    for each in ids:
        await admin.ask(SAY, id=each)
    return ids
