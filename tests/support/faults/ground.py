"""Where faults happen: a registry of a test's own, whose processes have the points of points.py."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.local.environment import Surroundings
from deploy.local.first_administrator import EMAIL
from deploy.local.first_start import ensure_sample
from deploy.local.graph import Graph
from deploy.local.ports import pick
from deploy.local.postgres import Connection
from deploy.local.private_files import Secrets
from deploy.local.provision import provision
from deploy.local.rabbitmq.configuration import USER
from deploy.local.services import DEPLOYABLES, SERVICES
from deploy.local.signing_keys import ensure_signing_keys
from deploy.local.stack.scale import read_scale
from deploy.local.supervisor import Supervisor
from tests.support.faults.intentions import Intentions
from tests.support.faults.load import Load
from tests.support.faults.pointed_stack import PointedStack, Servers
from tests.support.faults.points import HERE

_NAMES: Final = [service.name for service in SERVICES]
LISTENERS: Final = ("files", "notifications")  # to the incidents, and to nobody else
_OFFICER: Final = "officer@example.org"
_OF_OFFICER: Final = ("NORTH", "STEPPE")
_OF_ADMINISTRATOR: Final = "HARBOUR"
_STATUSES: Final = ("triage", "in-progress", "resolved", "review")
_ASKED: Final = "{ users(first: 20) { nodes { id email } } incidentStatuses { id code } }"
_FIGURES: Final = """
SELECT count(*), count(published_at), (SELECT count(*) FROM handled_event WHERE source = 'incidents'),
       (SELECT count(*) FROM parked_event)
FROM event
"""
# In the order in which the effects came: rows of one statement are inserted in the order of its arrays.
_NUMBER_EFFECTS: Final = "ALTER TABLE handled_event ADD COLUMN applied bigint GENERATED ALWAYS AS IDENTITY"


@dataclass(frozen=True, slots=True)
class Ground:
    """A registry of a test's own: `name` is the prefix of its databases, and its virtual host."""

    name: str
    servers: Servers
    surroundings: Surroundings
    stack: PointedStack
    points: Path
    keys: Mapping[str, str]

    @classmethod
    @asynccontextmanager
    async def prepared(cls, servers: Servers, name: str, scale: str = "", bug: str = "") -> AsyncIterator["Ground"]:
        """With the sample in it."""
        surroundings = await _surroundings(servers, name)
        directory = servers.directory / name
        points = directory / "points"
        points.mkdir(parents=True)
        async with Supervisor() as supervisor:
            given = (surroundings, supervisor, directory / "processes", read_scale(scale))
            async with PointedStack(*given, points=points, bug=bug) as stack:
                for service in _NAMES:
                    async with servers.database.session(f"{name}_{service}") as session:
                        await session.execute(_NUMBER_EFFECTS)
                demo = await ensure_sample(stack, directory, surroundings.url)
                keys = {user["email"]: user["apiKey"] for user in demo.users}
                yield cls(name, servers, surroundings, stack, points, keys)

    async def load(self, seed: str) -> Load:
        """The officer works in two companies, the administrator in the third."""
        told = await Graph(self.stack.transport, self.keys[EMAIL]).ask(_ASKED)
        users = {user["email"]: user["id"] for user in told["users"]["nodes"]}
        statuses = [each["id"] for each in told["incidentStatuses"] if each["code"] in _STATUSES]
        everywhere, officer = users[EMAIL], users[_OFFICER]
        people = {company: [everywhere, officer] for company in _OF_OFFICER} | {_OF_ADMINISTRATOR: [everywhere]}
        keys = dict.fromkeys(_OF_OFFICER, self.keys[_OFFICER]) | {_OF_ADMINISTRATOR: self.keys[EMAIL]}
        return Load(self.surroundings.url, keys, Intentions(people, statuses), seed=seed, name=self.name)

    def arm(self, point: str) -> None:
        """What is to happen there happens to the next process that gets there."""
        (self.points / point).touch()

    def over(self, point: str) -> bool:
        """Whether it has happened."""
        return not any((self.points / name).exists() for name in (point, point + HERE))

    def number_of(self, process: str) -> int | None:
        """None while it is being started again."""
        try:
            return self.stack.processes[process].pid
        except RuntimeError:
            return None

    async def whole(self) -> bool:
        """Whether every process of it says that it can do its work."""
        running = self.stack.processes.values()
        return all(await asyncio.gather(*(each.program.ready() for each in running)))

    async def figures(self) -> Mapping[str, tuple[int, ...]]:
        """By service: events, those published, those of the incidents that were handled, and those parked."""
        found = {}
        for name in _NAMES:
            async with self.session(name) as session:
                found[name] = tuple((await session.fetch(_FIGURES))[0].values())
        return found

    async def at_rest(self) -> bool:
        """Whether all is published, and what the incidents tell is handled."""
        figures = await self.figures()
        told = figures["incidents"][0]
        published = all(events == marked for events, marked, _, _ in figures.values())
        return published and all(figures[name][2] == told for name in LISTENERS)

    @asynccontextmanager
    async def session(self, service: str) -> AsyncIterator[Connection]:
        """At a service's database, as superuser."""
        async with self.servers.database.session(f"{self.name}_{service}") as session:
            yield session


async def _surroundings(servers: Servers, name: str) -> Surroundings:
    ensure_signing_keys(servers.directory / "keys", DEPLOYABLES)
    databases = await provision(servers.database, _NAMES, Secrets(servers.directory / "secrets.json"), prefix=name)
    await servers.broker.control("add_vhost", name)
    await servers.broker.control("set_permissions", "-p", name, USER, ".*", ".*", ".*")
    return Surroundings(
        databases=databases,
        keys=servers.directory / "keys",
        store=servers.store,
        port=pick(),
        broker=f"{servers.broker.url}{name}",
    )
