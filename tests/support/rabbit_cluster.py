"""A RabbitMQ cluster of three nodes on the loopback interface; each can be killed, frozen and started again."""

import asyncio
import json
import os
import secrets
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from deploy.local.ports import HOST, pick
from deploy.local.private_files import write_private
from deploy.local.processes import ChildProcess, Program
from deploy.local.rabbitmq.configuration import USER, Configuration
from deploy.local.rabbitmq.programs import find_programs
from deploy.local.rabbitmq.server import control, greets, listens

NAMES = ("r1@localhost", "r2@localhost", "r3@localhost")


class Seats(NamedTuple):
    """Where a quorum queue is: all in node names."""

    leader: str
    members: frozenset[str]
    online: frozenset[str]


class Node:
    """One member; its data outlive it."""

    def __init__(self, name: str, directory: Path, epmd: int, password: str, cookie: str, taken: set[int]) -> None:
        self.name = name
        self.running = False
        self.directory = directory
        self.ports = {"epmd": epmd, "amqp": pick(taken), "distribution": pick(taken)}
        while self.ports["amqp"] == self.ports["distribution"]:
            self.ports["distribution"] = pick(taken)
        taken.update(self.ports.values())
        self.url = f"amqp://{USER}:{password}@{HOST}:{self.ports['amqp']}/"
        self._configuration = Configuration(directory, "256MB", name, NAMES)
        (directory / "home").mkdir(mode=0o700, parents=True)
        write_private(directory / "home" / ".erlang.cookie", cookie)
        self._configuration.write(password, self.ports)
        self._process = _child(
            name, directory, [str(find_programs().server)], self._environment, lambda: greets(self.ports["amqp"])
        )

    @property
    def _environment(self) -> Mapping[str, str]:
        return self._configuration.environment(find_programs(), self.ports)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def start(self) -> None:
        """Returns when it takes connections."""
        await self._process.start()
        self.running = True

    async def stop(self) -> None:
        """Asks it to."""
        self.running = False
        await self._process.stop()

    async def kill(self) -> None:
        """By SIGKILL; returns when it is gone."""
        os.kill(self.pid, signal.SIGKILL)
        await self.stop()

    @asynccontextmanager
    async def frozen(self) -> AsyncIterator[None]:
        """Its connections stay, and nothing answers."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    async def control(self, *words: str) -> str:
        """What `rabbitmqctl` says about it."""
        return await control(self._configuration, self.ports, *words)

    def on_disk(self, queues: Collection[str]) -> bool:
        """Killed within half a second after it was made a member of a queue, a node forgets that it is one."""
        names = next(self.directory.glob("data/*/quorum/*/names.dets"), None)
        known = b"" if names is None else names.read_bytes()
        return all(_kept_name(queue) in known for queue in queues)


class Cluster:
    """`url` has the addresses of all nodes, as a setting has them."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(mode=0o700)
        epmd = pick()
        password, cookie, taken = secrets.token_urlsafe(32), secrets.token_hex(32), {epmd}
        self.nodes = [Node(name, directory / name[:2], epmd, password, cookie, taken) for name in NAMES]
        words = [str(find_programs().epmd), "-port", str(epmd), "-address", HOST]
        self._mapper = _child("epmd", directory, words, self.nodes[0]._environment, lambda: listens(epmd))

    @property
    def url(self) -> str:
        return ",".join(node.url for node in self.nodes)

    async def start(self) -> None:
        """The first node alone: when all start at once, they may wait for one another for ever."""
        await self._mapper.start()
        first, *others = self.nodes
        await first.start()
        await asyncio.gather(*(node.start() for node in others))
        while await self._running() != {*NAMES}:
            await asyncio.sleep(0.2)

    async def stop(self) -> None:
        """Leaves nothing running."""
        await asyncio.gather(*(node.stop() for node in self.nodes))
        await self._mapper.stop()

    def node(self, name: str) -> Node:
        return self.nodes[NAMES.index(name)]

    async def keeps(self, queues: Collection[str]) -> None:
        """Returns when each node would know after a kill that it is a member of these queues."""
        while not all(node.on_disk(queues) for node in self.nodes):
            await asyncio.sleep(0.1)

    async def holds(self, queues: Collection[str]) -> None:
        """Returns when each node is a running member of these queues as well."""
        await self.keeps(queues)
        while not await self._online(queues):
            await asyncio.sleep(0.1)

    async def leader(self, queue: str) -> Node:
        return self.node((await self.seats())[queue].leader)

    async def seats(self) -> dict[str, Seats]:
        """Of each quorum queue by its name, in the eyes of a node that runs."""
        asked = next(node for node in self.nodes if node.running)
        told = await asked.control("list_queues", "--formatter", "json", "name", "type", "leader", "members", "online")
        return {
            queue["name"]: Seats(queue["leader"], frozenset(queue["members"]), frozenset(queue["online"]))
            for queue in json.loads(told)
            if queue["type"] == "quorum"
        }

    async def _online(self, queues: Collection[str]) -> bool:
        seats = await self.seats()
        return all(name in seats and seats[name].online == {*NAMES} for name in queues)

    async def _running(self) -> set[str]:
        """In the eyes of the first."""
        return {*json.loads(await self.nodes[0].control("cluster_status", "--formatter", "json"))["running_nodes"]}


def _kept_name(queue: str) -> bytes:
    """As Erlang writes an atom, with its length before it: one name may be the beginning of another."""
    name = f"%2F_{queue}".encode()
    return bytes([len(name)]) + name


def _child(
    name: str,
    directory: Path,
    words: list[str],
    environment: Mapping[str, str],
    ready: Callable[[], Awaitable[bool]],
) -> ChildProcess:
    return ChildProcess(
        Program(
            name=name,
            words=words,
            directory=directory,
            log=directory / f"{name}.log",
            environment=environment,
            record=directory / f"{name}.json",
            ready=ready,
            stop_within=20,
        )
    )
