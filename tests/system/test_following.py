"""Following the registry from outside: all that happens comes, once and in order, and only to who may see it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from deploy.local.all_in_one import AllInOne
from deploy.local.environment import Surroundings
from deploy.local.stack.system import Stack
from services.notifications.domain.public_events import PUBLIC

OVER_STACK = True
PATIENCE: Final = 20.0
REGISTER: Final = """
mutation ($input: RegisterIncidentInput!) {
  registerIncident(input: $input) { incident { id version } errors { message } }
}
"""
EDIT: Final = "mutation ($input: EditIncidentInput!) { editIncident(input: $input) { errors { message } } }"
EVENTS: Final = """
query ($after: String) {
  events(after: $after, first: 500) {
    nodes { id type source subject sequence number stream company { id } } cursor hasMore
  }
}
"""
FOLLOW: Final = """
subscription ($after: String, $types: [String!]) {
  incidentEvents(after: $after, types: $types) { subject sequence cursor incident { title } }
}
"""
LOGGED: Final = text("SELECT event_id, type FROM event")


@pytest.fixture
def register(admin: Any) -> Callable[..., Any]:
    async def registered(title: str, company: str = "STEPPE", **more: Any) -> str:
        given = {"title": title, "company": {"code": company}, **more}
        told = (await admin.ask(REGISTER, input=given))["registerIncident"]
        assert told["errors"] == []
        return str(told["incident"]["id"])

    return registered


async def whole(caller: Any) -> list[dict[str, Any]]:
    nodes, page = [], (await caller.ask(EVENTS))["events"]
    while True:
        nodes += page["nodes"]
        if not page["hasMore"]:
            return nodes
        page = (await caller.ask(EVENTS, after=page["cursor"]))["events"]


async def logged(surroundings: Surroundings) -> set[str]:
    """What all services wrote down that is public."""
    found: set[str] = set()
    for name, urls in surroundings.databases.items():
        engine = create_async_engine(urls.owner, poolclass=NullPool)
        async with engine.connect() as connection:
            rows = await connection.execute(LOGGED)
            found |= {str(row.event_id) for row in rows if (name, row.type) in PUBLIC}
        await engine.dispose()
    return found


async def test_all_that_happened_is_told_once_and_in_order(
    admin: Any, register: Callable[..., Any], surroundings: Surroundings
) -> None:
    incidents = await asyncio.gather(*(register(f"number {number}") for number in range(5)))
    for number in range(3):
        changes = (
            {"id": incident, "title": f"changed {number}", "expectedVersion": number + 1} for incident in incidents
        )
        await asyncio.gather(*(admin.ask(EDIT, input=change) for change in changes))
    async with asyncio.timeout(PATIENCE):
        while {event["id"] for event in await whole(admin)} != await logged(surroundings):
            await asyncio.sleep(0.1)
    events = await whole(admin)
    assert len({event["id"] for event in events}) == len(events)
    of_subject, of_stream = defaultdict(list), defaultdict(list)
    for event in events:
        of_subject[event["source"], event["subject"]].append(int(event["sequence"]))
        of_stream[event["company"] and event["company"]["id"], event["stream"]].append(int(event["number"]))
    for numbers in of_stream.values():
        assert numbers == list(range(1, len(numbers) + 1))
    for sequences in of_subject.values():
        assert sequences == sorted(set(sequences))
    for incident in incidents:
        assert of_subject["incidents", incident][0] == 1


@asynccontextmanager
async def subscribed(
    system: AllInOne | Stack, key: str, **variables: Any
) -> AsyncIterator[AsyncIterator[Mapping[str, Any]]]:
    """What a subscription tells, by server-sent events."""
    headers = {
        "authorization": f"Bearer {key}",
        "content-type": "application/json",
        "accept": "text/event-stream",
    }
    body = orjson.dumps({"query": FOLLOW, "variables": variables})
    async with system.transport.stream("http://gateway/graphql", body, headers, timeout=PATIENCE) as answer:
        assert answer.status == 200

        async def told() -> AsyncIterator[Mapping[str, Any]]:
            text = b""
            async for chunk in answer.chunks:
                text += chunk
                *events, text = text.split(b"\n\n")
                for event in events:
                    if event.startswith(b"event: next"):
                        yield orjson.loads(event.partition(b"data: ")[2])

        yield told()


async def take(told: AsyncIterator[Mapping[str, Any]]) -> Any:
    async with asyncio.timeout(PATIENCE):
        return (await anext(told))["data"]["incidentEvents"]


async def test_a_subscription_tells_what_happens_and_goes_on_where_it_was(
    system: AllInOne | Stack, demo: Mapping[str, str], register: Callable[..., Any]
) -> None:
    earlier = await register("before")
    latest = await cursor_behind(system, demo["admin"], earlier)
    async with subscribed(system, demo["officer"], after=latest, types=["incident.registered.v1"]) as told:
        first = await register("told at once", "STEPPE")
        await register("of a company of others", "HARBOUR")
        seen = await take(told)
        assert (seen["subject"], seen["incident"]) == (first, {"title": "told at once"})
        second = await register("told too", "NORTH")
        assert (await take(told))["subject"] == second
    third = await register("while nobody listened", "STEPPE")
    async with subscribed(system, demo["officer"], after=seen["cursor"], types=["incident.registered.v1"]) as told:
        assert [(await take(told))["subject"] for _ in range(2)] == [second, third]


async def cursor_behind(system: AllInOne | Stack, key: str, incident: str) -> str:
    """That of the event by which it was registered, once it is there."""
    query = '{ events(first: 500, types: ["incident.registered.v1"]) { nodes { subject cursor } } }'
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    async with asyncio.timeout(PATIENCE):
        while True:
            body = orjson.dumps({"query": query})
            answer = await system.transport.post("http://gateway/graphql", body, headers, timeout=PATIENCE)
            for node in orjson.loads(answer.body)["data"]["events"]["nodes"]:
                if node["subject"] == incident:
                    return str(node["cursor"])
            await asyncio.sleep(0.05)
