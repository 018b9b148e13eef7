"""A RabbitMQ node as a child process, with the port mapper of Erlang (epmd) that would otherwise outlive it."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from signal import SIGKILL, SIGTERM

from deploy.local.errors import CannotStart
from deploy.local.pid_files import reap
from deploy.local.ports import HOST, RememberedPorts
from deploy.local.private_files import Secrets
from deploy.local.processes import ChildProcess, Ended, Program
from deploy.local.rabbitmq.configuration import PORTS, USER, Configuration
from deploy.local.rabbitmq.programs import Programs, find_programs

_GREETING = b"AMQP\x00\x00\x09\x01"
_START_FRAME = b"\x01"
_TAKEN = ("eaddrinuse", "address already in use", "is already in use")
_ATTEMPTS = 4
_STOP_WITHIN = 20


class RabbitServer:
    """One node below `directory`, as a part for the supervisor. Its queues outlive it; its one user may do all."""

    name = "RabbitMQ"

    def __init__(self, directory: Path, *, memory: str = "512MB") -> None:
        self._directory = directory
        self._configuration = Configuration(directory, memory)
        self._unfinished = directory / "unfinished"
        self._remembered = RememberedPorts(directory / "ports.json")
        self._ports: dict[str, int] = {}
        self._address_given_out = False
        self._password = ""
        self._mapper: ChildProcess | None = None
        self._node: ChildProcess | None = None

    @property
    def url(self) -> str:
        """Where AMQP clients connect, with the user. Raises KeyError before the start."""
        return f"amqp://{USER}:{self._password}@{HOST}:{self._ports['amqp']}/"

    @property
    def pid(self) -> int:
        return self._running().pid

    async def start(self) -> None:
        """Serve until `stop` or our own end. Raises CannotStart."""
        programs = find_programs()
        self._prepare()
        for record in ("node.json", "epmd.json"):
            await reap(self._directory / record, SIGTERM, within=_STOP_WITHIN)
        self._begin_anew()
        for attempt in range(1, _ATTEMPTS + 1):
            self._choose_ports()
            try:
                await self._serve(programs)
            except Ended as end:
                await self.stop()
                if attempt == _ATTEMPTS or not any(reason in end.output.lower() for reason in _TAKEN):
                    raise
            else:
                self._address_given_out = True
                self._unfinished.unlink(missing_ok=True)
                return

    async def wait(self) -> int:
        return await self._running().wait()

    async def stop(self) -> None:
        for process in (self._node, self._mapper):
            if process is not None:
                await process.stop()

    async def control(self, *words: str) -> str:
        """What `rabbitmqctl` says to these words. Raises CannotStart with its complaint."""
        return await control(self._configuration, self._ports, *words)

    def _prepare(self) -> None:
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._password = Secrets(self._directory / "secrets.json").get(USER)
        except OSError as error:
            raise CannotStart(
                f"RabbitMQ cannot use {self._directory} ({error.strerror}): give it to this user, "
                "or set REGISTRY_DATA to another directory."
            ) from error

    def _begin_anew(self) -> None:
        """A first start that was cut off may leave a node without its user; there is nothing else in it yet."""
        data = self._configuration.data
        if self._unfinished.exists():
            shutil.rmtree(data, ignore_errors=True)
        if not data.exists():
            self._unfinished.touch()

    def _choose_ports(self) -> None:
        """Once told to others, the ports stay for this run."""
        if not self._address_given_out:
            self._ports = self._remembered.choose(*PORTS)
        self._configuration.write(self._password, self._ports)

    async def _serve(self, programs: Programs) -> None:
        mapper_words = [str(programs.epmd), "-port", str(self._ports["epmd"]), "-address", HOST]
        environment = self._configuration.environment(programs, self._ports)
        self._mapper = self._child("epmd", mapper_words, environment, lambda: listens(self._ports["epmd"]))
        self._node = self._child("node", [str(programs.server)], environment, lambda: greets(self._ports["amqp"]))
        await self._mapper.start()
        await self._node.start()

    def _child(
        self, name: str, words: list[str], environment: dict[str, str], ready: Callable[[], Awaitable[bool]]
    ) -> ChildProcess:
        return ChildProcess(
            Program(
                name=self.name,
                words=words,
                directory=self._directory,
                log=self._directory / f"{name}.log",
                environment=environment,
                record=self._directory / f"{name}.json",
                ready=ready,
                stop_within=_STOP_WITHIN,
                death_signal=SIGKILL,  # it does not hear the other one in its first second, and survives this one
            )
        )

    def _running(self) -> ChildProcess:
        if self._node is None:
            raise RuntimeError(f"{self.name} is not running.")
        return self._node


async def control(configuration: Configuration, ports: Mapping[str, int], *words: str) -> str:
    """What `rabbitmqctl` says to these words about that node. Raises CannotStart with its complaint."""
    programs = find_programs()
    process = await asyncio.create_subprocess_exec(
        *(str(programs.control), "--quiet", *words),
        env=configuration.environment(programs, ports),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    if process.returncode:
        raise CannotStart(f"rabbitmqctl {words[0]}: {told.decode(errors='replace').strip()}")
    return told.decode()


async def listens(port: int) -> bool:
    """Whether anybody does."""
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True


async def greets(port: int) -> bool:
    """The listener is the last that a node starts."""
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection(HOST, port)
            writer.write(_GREETING)
            answer = await reader.read(1)
            writer.close()
    except (OSError, TimeoutError):
        return False
    return answer == _START_FRAME
