"""A stack of its own whose workers come and go as a measurement wants it."""

import json
import os
import tempfile
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.environment import Surroundings
from deploy.local.first_start import ensure_sample
from deploy.local.graph import Graph
from deploy.local.ports import RememberedPorts, pick
from deploy.local.postgres import PostgresServer
from deploy.local.processes import ChildProcess
from deploy.local.stack.deployables import Deployable
from deploy.local.stack.scale import read_scale
from deploy.local.stack.system import Stack
from deploy.local.supervisor import Supervisor
from deploy.local.surrounding import surround_stack

_FREE = {"GATEWAY_LIMIT_COST_PER_MINUTE": str(10**9)}  # one caller asks as much as a whole company would


@dataclass(frozen=True, slots=True)
class Plant:
    """`graph` asks as the administrator; `directory` has the data."""

    stack: Stack
    surroundings: Surroundings
    directory: Path
    graph: Graph

    @property
    def database(self) -> PostgresServer:
        return PostgresServer.at_its_last_address(self.directory / "postgres")

    @property
    def broker(self) -> str:
        """Its AMQP URL."""
        return str(self.surroundings.broker)

    @asynccontextmanager
    async def working(self, name: str, count: int) -> AsyncIterator[list[ChildProcess]]:
        """So many processes of the workers `name`, all ready; they end with the block."""
        names = [f"{name}.{number + 1}" for number in range(count)]
        ports = RememberedPorts(self.directory / "processes" / "crew.json").choose(*names)
        peers = json.dumps({part: address for part, address in self.stack.addresses.items() if part != "gateway"})
        worker = Deployable(name)
        crew = [
            worker.process(
                each, self.directory / "processes", worker.environment(self.surroundings, ports[each], peers)
            )
            for each in names
        ]
        async with Supervisor() as supervisor:
            await supervisor.start(*crew)
            yield crew


@asynccontextmanager
async def running_plant(without: Collection[str]) -> AsyncIterator[Plant]:
    """With the sample in it, and one of each process except those of the names `without`; gone with the block."""
    os.environ.update(_FREE)
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as folder:
        directory = Path(folder) / "data"
        directory.mkdir(mode=0o700)
        async with AsyncExitStack() as running:
            supervisor = await running.enter_async_context(Supervisor())
            surroundings = await surround_stack(directory, pick(), supervisor)
            scale = {**read_scale(""), **dict.fromkeys(without, 0)}
            stack = Stack(surroundings, supervisor, directory / "processes", scale)
            await running.enter_async_context(stack)
            demo = await ensure_sample(stack, directory, surroundings.url)
            yield Plant(stack, surroundings, directory, Graph(stack.transport, demo.sign_ins[0].api_key))
