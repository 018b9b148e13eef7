"""A backlog of events that a service has not handled yet, and the same backlog once more."""

import asyncio
from typing import Any, Final

import aio_pika

from chassis.broker import Subscription
from chassis.broker.amqp.limits import DEFAULT
from chassis.broker.amqp.topology import lanes, plan
from deploy.local.graph import Graph
from deploy.local.postgres import Connection

_AT_ONCE: Final = 8
_PAGE: Final = 50
_EDITS: Final = 6  # each of the title and of the person responsible, which are two events
_CODES: Final = ("NORTH", "STEPPE")


async def tell(graph: Graph, incidents: int) -> None:
    """Registers so many incidents and edits each, which makes 13 events of each; a multiple of 50."""
    officer = (await graph.ask(_OFFICER))["users"]["nodes"][0]["id"]
    room = asyncio.Semaphore(_AT_ONCE)

    async def page(begin: int) -> None:
        async with room:
            found = await graph.ask(_REGISTER, input={"incidents": [_incident(begin + n) for n in range(_PAGE)]})
            for each in found["registerIncidents"]["results"]:
                await graph.ask(_edits(each["incident"]["id"], officer))

    await asyncio.gather(*(page(begin) for begin in range(0, incidents, _PAGE)))


async def forget(group: Subscription, broker: str, source: Connection, target: Connection) -> int:
    """Makes the service forget all that it ever handled, and its source tell everything anew; how many events.

    What still waits for it goes first: copies of what another group was told anew. Triggers guard the event log; a
    superuser's session can be told that they are for others.
    """
    await _purge(group, broker)
    for session in (source, target):
        await session.execute("SET session_replication_role = replica")
    await target.execute("TRUNCATE handled_event, incident_ref")
    if group.group == "notifications":
        await target.execute("TRUNCATE mail_message, feed_arrival, feed_event, feed_count")
    told = await source.execute("UPDATE event SET published_at = NULL WHERE type = any($1::text[])", [*group.types])
    return int(told.split()[1])


async def _purge(group: Subscription, broker: str) -> None:
    async with await aio_pika.connect(broker, timeout=10) as connection:
        channel = await connection.channel()
        for lane in lanes(group):
            queue = await channel.get_queue(plan(group, lane, DEFAULT).name)
            await queue.purge()


async def until_told(source: Connection) -> None:
    """Until all events are at the broker."""
    while await source.fetchval("SELECT EXISTS (SELECT FROM event WHERE published_at IS NULL)"):  # noqa: ASYNC110  # another process works; nothing in ours tells
        await asyncio.sleep(0.1)


def _incident(number: int) -> dict[str, Any]:
    return {
        "title": f"Generated incident {number}",
        "company": {"code": _CODES[number % len(_CODES)]},
        "description": "Words about what happened. " * 12,
        "idempotencyKey": f"backlog-{number}",
    }


def _edits(incident: str, officer: str) -> str:
    """One document with several edits, which are made one after another."""
    people = (f'"{officer}"', "null")
    edits = [
        _EDIT % (number, incident, 2 * number - 1, number, people[(number + 1) % 2]) for number in range(1, _EDITS + 1)
    ]
    return "mutation {" + " ".join(edits) + "}"


_EDIT = """
e%d: editIncident(input: {id: "%s", expectedVersion: %d, title: "Edit %d", responsibleId: %s}) {
  errors { message field }
}
"""
_OFFICER = '{ users(filter: {search: "officer@example.org"}, first: 1) { nodes { id } } }'
_REGISTER = """
mutation ($input: RegisterIncidentsInput!) {
  registerIncidents(input: $input) { results { incident { id } errors { message field } } errors { message field } }
}
"""
