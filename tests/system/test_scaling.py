"""Three workers of a service share its events: all take part, each incident's are in order, effects come once."""

import asyncio
from typing import Any

import aiohttp

from deploy.local.checks import Finding, check_order
from deploy.local.environment import Surroundings
from deploy.local.postgres import PostgresServer
from deploy.local.services import SERVICES
from deploy.local.stack.system import Stack
from deploy.local.verify import findings
from tests.support.figures import parsed

ONLY_STACK = True
SHARING = ("files", "notifications")
INCIDENTS = 48
REGISTER = """
mutation ($input: RegisterIncidentsInput!) {
  registerIncidents(input: $input) { results { incident { id } errors { message } } errors { message } }
}
"""
EDIT = """
mutation ($input: EditIncidentInput!) { editIncident(input: $input) { incident { version } errors { message } } }
"""


class Edited:
    """An incident that is edited again and again; each edit is two events."""

    def __init__(self, identifier: str, person: str) -> None:
        self._identifier = identifier
        self._person = person
        self._version = 1

    async def edit(self, caller: Any) -> None:
        given = {
            "id": self._identifier,
            "expectedVersion": self._version,
            "title": f"Changed since version {self._version}",
            "responsibleId": None if self._version % 4 == 3 else self._person,
        }
        answer = (await caller.ask(EDIT, input=given))["editIncident"]
        assert answer["errors"] == []
        assert answer["incident"]["version"] == self._version + 2
        self._version += 2


async def handled(service: str, system: Stack) -> list[float]:
    """How many events of the incidents each worker of the service has handled."""
    ports = [
        each.program.environment[f"{service.upper()}_PORT"]
        for name, each in system.processes.items()
        if name.startswith(f"{service}-work.")
    ]
    found = []
    async with aiohttp.ClientSession() as session:
        for port in ports:
            async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                figures = parsed(await answer.text())
            labels = frozenset({("group", service), ("source", "incidents")})
            found.append(figures.get(("event_delay_seconds_count", labels), 0.0))
    return found


async def order(service: str, server: PostgresServer, system: Stack) -> Finding:
    (worker,) = [each.worker(system.runtimes[each.name]) for each in SERVICES if each.name == service]
    (group,) = [each for each in worker.subscriptions if each.source == "incidents"]
    async with server.session("stack_incidents") as source, server.session(f"stack_{service}") as target:
        return await check_order(service, group, source, target)


async def settled(server: PostgresServer, surroundings: Surroundings) -> list[Finding]:
    """What `make verify` finds, once events under way have arrived."""
    for _ in range(60):
        found = await findings(server, surroundings, "stack")
        if all(finding.ok for finding in found):
            break
        await asyncio.sleep(0.5)
    return found


async def test_all_of_three_workers_take_part_in_order_and_once(
    system: Stack, officer: Any, postgres_server: PostgresServer, surroundings: Surroundings
) -> None:
    me = (await officer.ask("{ me { user { id } } }"))["me"]["user"]["id"]
    rows = [{"title": f"Shared out, number {number}", "company": {"code": "NORTH"}} for number in range(INCIDENTS)]
    made = (await officer.ask(REGISTER, input={"incidents": rows}))["registerIncidents"]
    incidents = [Edited(each["incident"]["id"], me) for each in made["results"]]

    idle = True
    async with asyncio.timeout(90):
        while idle:
            await asyncio.gather(*(each.edit(officer) for each in incidents))
            counts = [count for service in SHARING for count in await handled(service, system)]
            idle = 0 in counts

    assert len(counts) == 6
    found = await settled(postgres_server, surroundings)
    found += [await order(service, postgres_server, system) for service in SHARING]
    assert [str(finding) for finding in found if not finding.ok] == []
