"""What a mutation sets off: history, events, the copies that other services keep, and a message."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

OVER_STACK = True
REGISTER = """
mutation ($input: RegisterIncidentInput!) {
  registerIncident(input: $input) {
    incident { id version attachments { id } messages { recipient { name } } } errors { code field message }
  }
}
"""
INCIDENT = """
query ($id: ID!) {
  incident(id: $id) {
    title version sequence
    responsible { name }
    history { nodes { sequence operation actor { name } changes { field before after } } }
    messages { kind state recipient { name } }
  }
}
"""


async def eventually(look: Callable[[], Awaitable[Any]], wanted: Callable[[Any], bool]) -> Any:
    """What `look` sees once it is as wanted; the last it saw when that takes too long."""
    for _ in range(100):
        seen = await look()
        if wanted(seen):
            return seen
        await asyncio.sleep(0.05)
    return seen


async def test_an_incident_has_history_and_its_responsible_person_a_message(officer: Any) -> None:
    me = (await officer.ask("{ me { user { id name } } }"))["me"]["user"]
    new = {"title": "Badge reader offline", "company": {"code": "NORTH"}, "responsibleId": me["id"]}

    made = (await officer.ask(REGISTER, input=new))["registerIncident"]
    assert made["errors"] == []
    assert made["incident"]["attachments"] == []
    seen = await eventually(
        lambda: officer.ask(INCIDENT, id=made["incident"]["id"]), lambda found: bool(found["incident"]["messages"])
    )

    incident = seen["incident"]
    assert incident["messages"] == [{"kind": "ASSIGNED", "state": "QUEUED", "recipient": {"name": me["name"]}}]
    assert [entry["operation"] for entry in incident["history"]["nodes"]] == ["REGISTERED"]
    assert incident["history"]["nodes"][0]["actor"] == {"name": me["name"]}


async def test_a_stale_version_is_a_conflict_that_shows_the_present(officer: Any) -> None:
    made = await officer.ask(REGISTER, input={"title": "Door left open", "company": {"code": "NORTH"}})
    identifier = made["registerIncident"]["incident"]["id"]
    edit = """
    mutation ($input: EditIncidentInput!) {
      editIncident(input: $input) { incident { title version } errors { code field } }
    }
    """
    first = {"id": identifier, "expectedVersion": 1, "title": "Door left open at night"}
    await officer.ask(edit, input=first)

    late = await officer.ask(edit, input={"id": identifier, "expectedVersion": 1, "title": "Gate left open"})

    assert late["editIncident"]["errors"] == [{"code": "CONFLICT", "field": ["expectedVersion"]}]
    assert late["editIncident"]["incident"] == {"title": "Door left open at night", "version": 2}
    assert (await officer.ask(INCIDENT, id=identifier))["incident"]["sequence"] == 2


async def test_a_new_company_takes_incidents_at_once(admin: Any) -> None:
    create = 'mutation { createCompany(input: {name: "Quarry & Sons"}) { company { id code } errors { message } } }'
    company = (await admin.ask(create))["createCompany"]["company"]

    made = await admin.ask(REGISTER, input={"title": "First of its company", "company": {"code": company["code"]}})

    assert made["registerIncident"]["errors"] == []
