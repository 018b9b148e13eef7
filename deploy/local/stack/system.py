"""The stack while it runs: the services' processes behind one gateway, each found at an address of its own."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final, Self

from chassis.runtime import Runtime, ServiceSettings
from chassis.sockets import Socket
from chassis.transport import HttpTransport, Response, Streamed
from deploy.local.environment import Surroundings
from deploy.local.ports import HOST, RememberedPorts
from deploy.local.processes import ChildProcess
from deploy.local.services import SERVICES
from deploy.local.stack.balancer import Balancer
from deploy.local.stack.deployables import Deployable
from deploy.local.stack.scale import WORKERS
from deploy.local.supervisor import Supervisor

_SERVED: Final = tuple(service.name for service in SERVICES)


class NamedAddresses(HttpTransport):
    """HTTP to parts that are called by name, as in the one-process system: `http://incidents/graphql`."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        super().__init__()
        self._addresses = addresses

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float) -> Response:
        return await super().post(self._at(url), body, headers, timeout=timeout)

    async def connect(self, url: str, headers: Mapping[str, str], *, protocol: str, timeout: float) -> Socket:
        return await super().connect(self._at(url), headers, protocol=protocol, timeout=timeout)

    @asynccontextmanager
    async def stream(
        self, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float
    ) -> AsyncIterator[Streamed]:
        async with super().stream(self._at(url), body, headers, timeout=timeout) as answer:
            yield answer

    def _at(self, url: str) -> str:
        name, _, path = url.removeprefix("http://").partition("/")
        return f"{self._addresses.get(name, f'http://{name}')}/{path}"


class Stack:
    """Between `async with` and its end everything runs. As AllInOne it has a transport by names, and runtimes.

    The runtimes are this process's own, on the same databases as the services'.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        supervisor: Supervisor,
        directory: Path,
        scale: Mapping[str, int],
    ) -> None:
        """Logs and process numbers are kept in `directory`."""
        self._surroundings = surroundings
        self._supervisor = supervisor
        self._directory = directory
        self._scale = scale
        self._ports = RememberedPorts(directory / "ports.json")
        self.addresses: dict[str, str] = {}
        self.transport = NamedAddresses(self.addresses)
        self.settings: dict[str, ServiceSettings] = {}
        self.runtimes: dict[str, Runtime] = {}
        self.processes: dict[str, ChildProcess] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._stack.push_async_callback(self.transport.close)
        await self._migrate()
        self._choose_addresses()
        await self._start(_SERVED)
        await self._start(["gateway", *WORKERS])
        return self

    async def __aexit__(self, *_: object) -> None:
        """The processes are the supervisor's to stop."""
        await self._stack.aclose()

    async def _migrate(self) -> None:
        """One after another: Alembic keeps the migration it works on in a global."""
        for service in SERVICES:
            settings = self.settings[service.name] = service.read_settings(self._surroundings.of_service(service.name))
            await service.migrate(settings)
            runtime = self.runtimes[service.name] = service.runtime(settings, self.transport)
            self._stack.push_async_callback(runtime.close)

    def _choose_addresses(self) -> None:
        ports = self._ports.choose(*_SERVED)
        self.addresses |= {name: f"http://{HOST}:{port}" for name, port in ports.items()}
        self.addresses["gateway"] = self._surroundings.url

    async def _start(self, names: Sequence[str]) -> None:
        """All at the same time, with a balancer before several of one that is asked at an address."""
        ports = {name: self._process_ports(name) for name in names}
        processes = {one: self._process(one, port) for name in names for one, port in ports[name].items()}
        balanced = [name for name in names if name in self.addresses and len(ports[name]) > 1]
        balancers = [Balancer(name, _port(self.addresses[name]), list(ports[name].values())) for name in balanced]
        self.processes |= processes
        await self._supervisor.start(*processes.values(), *balancers)

    def _process_ports(self, name: str) -> dict[str, int]:
        """The port of each of its processes, by the name of the process; of one alone it is the port of its address."""
        count = self._scale[name]
        if count == 1 and name in self.addresses:
            return {name: _port(self.addresses[name])}
        return self._ports.choose(*([name] if count == 1 else (f"{name}.{number + 1}" for number in range(count))))

    def _process(self, name: str, port: int) -> ChildProcess:
        deployable = Deployable(name.partition(".")[0])
        peers = json.dumps({part: address for part, address in self.addresses.items() if part != "gateway"})
        environment = deployable.environment(self._surroundings, port, peers)
        if deployable.part == "gateway":
            told = f"{name} metrics"
            environment["GATEWAY_METRICS_PORT"] = str(self._ports.choose(told)[told])
        return deployable.process(name, self._directory, environment)


def _port(address: str) -> int:
    return int(address.rpartition(":")[2])
