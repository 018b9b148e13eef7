"""A restricted incident in the whole registry: hidden and shown everywhere within seconds.

The sample has one: the reader of its company does not see it, the officer who works it does.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

OVER_STACK = True
REGISTER = """
mutation ($input: RegisterIncidentInput!) {
  registerIncident(input: $input) { incident { id reference visibility members { name } } errors { code message } }
}
"""
SHOW = """
mutation ($input: ChangeIncidentVisibilityInput!) {
  changeIncidentVisibility(input: $input) { incident { visibility members { id } } errors { code message field } }
}
"""
CONFIDE = """
mutation ($input: ChangeIncidentMembersInput!) {
  changeIncidentMembers(input: $input) { incident { members { id } } errors { code message field } }
}
"""
SEEN = """
query ($id: ID!) {
  incident(id: $id) { id attachments { id } messages { state } history { totalCount } }
  companies { nodes { incidents(first: 100) { nodes { id } } } }
  incidents(first: 100) { totalCount nodes { id title } }
}
"""
NAMED = """
query ($id: ID!, $reference: String!) { a: incident(id: $id) { id } b: incident(reference: $reference) { id } }
"""
ME = "{ me { user { id name } } }"


async def ways(caller: Any, incident: str) -> dict[str, Any]:
    """Everything that tells the caller of the incident."""
    data = await caller.ask(SEEN, id=incident)
    listed = [node["id"] for node in data["incidents"]["nodes"]]
    lists = [company["incidents"] for company in data["companies"]["nodes"] if company["incidents"] is not None]
    below = [node["id"] for each in lists for node in each["nodes"]]
    found = {"listed": incident in listed, "below": incident in below, "there": data["incident"] is not None}
    messages = (data["incident"] or {}).get("messages")
    return found | {"messages": messages, "files": (data["incident"] or {}).get("attachments")}


HIDDEN = {"listed": False, "below": False, "there": False, "messages": None, "files": None}


async def eventually(look: Callable[[], Awaitable[Any]], wanted: Callable[[Any], bool]) -> Any:
    """What `look` sees once it is as wanted; the last it saw when that takes more than five seconds."""
    for _ in range(50):
        seen = await look()
        if wanted(seen):
            return seen
        await asyncio.sleep(0.1)
    return seen


async def test_the_sample_s_restricted_incident_is_there_for_who_works_it(officer: Any, reader: Any) -> None:
    title = "Operator account used from an unknown country"
    query = "{ incidents(first: 100) { nodes { title visibility members { name } } } }"

    theirs = [node for node in (await officer.ask(query))["incidents"]["nodes"] if node["title"] == title]
    others = [node["title"] for node in (await reader.ask(query))["incidents"]["nodes"]]

    assert [node["visibility"] for node in theirs] == ["RESTRICTED"]
    assert "Olga Officer" in [member["name"] for member in theirs[0]["members"]]
    assert others
    assert title not in others


async def test_restricting_and_confiding_take_effect_everywhere(admin: Any, officer: Any, reader: Any) -> None:
    me = (await officer.ask(ME))["me"]["user"]
    other = (await reader.ask(ME))["me"]["user"]
    new = {"title": "Network plans on a private drive", "company": {"code": "STEPPE"}, "responsibleId": me["id"]}
    made = (await admin.ask(REGISTER, input=new))["registerIncident"]["incident"]
    shown = await eventually(lambda: ways(reader, made["id"]), lambda found: bool(found["messages"]))
    assert shown == {
        "listed": True, "below": True, "there": True, "messages": [{"state": "QUEUED"}], "files": [],
    }  # fmt: skip

    restricted = await officer.ask(SHOW, input={"id": made["id"], "visibility": "RESTRICTED"})
    assert restricted["changeIncidentVisibility"]["errors"] == []
    assert await eventually(lambda: ways(reader, made["id"]), lambda found: found == HIDDEN) == HIDDEN
    assert (await ways(officer, made["id"]))["there"]

    added = await officer.ask(CONFIDE, input={"id": made["id"], "addMembers": [other["id"]]})
    assert added["changeIncidentMembers"]["errors"] == []
    assert await eventually(lambda: ways(reader, made["id"]), lambda found: found == shown) == shown

    removed = await officer.ask(CONFIDE, input={"id": made["id"], "removeMembers": [other["id"]]})
    assert [member["id"] for member in removed["changeIncidentMembers"]["incident"]["members"]] == [me["id"]]
    assert await eventually(lambda: ways(reader, made["id"]), lambda found: found == HIDDEN) == HIDDEN

    await officer.ask(SHOW, input={"id": made["id"], "visibility": "COMPANY"})
    assert await eventually(lambda: ways(reader, made["id"]), lambda found: found == shown) == shown


async def test_a_restricted_incident_is_as_absent_as_one_that_never_was(officer: Any, reader: Any) -> None:
    new = {"title": "Kept among few", "company": {"code": "STEPPE"}, "visibility": "RESTRICTED"}
    made = (await officer.ask(REGISTER, input=new))["registerIncident"]["incident"]

    hidden = await reader.answer(NAMED, id=made["id"], reference=made["reference"])
    absent = await reader.answer(NAMED, id="01900000-0000-7000-8000-000000000000", reference="STEPPE-1999-000001")

    assert hidden == absent == {"data": {"a": None, "b": None}}
    assert (made["visibility"], made["members"]) == ("RESTRICTED", [{"name": "Olga Officer"}])
