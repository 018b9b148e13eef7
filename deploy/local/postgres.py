"""A real PostgreSQL server as a child process, made from nothing in one directory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from signal import SIGINT
from typing import Self, TypeAlias

import asyncpg

from deploy.local.errors import CannotStart
from deploy.local.pid_files import reap
from deploy.local.ports import HOST, RememberedPorts, is_free
from deploy.local.postgres_cluster import ENVIRONMENT, SUPERUSER, Cluster
from deploy.local.processes import ChildProcess, Ended, Program

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # its path may have 107 bytes at most, and TCP is as fast here.
    "jit": "off",
    "max_connections": "300",
    "shared_preload_libraries": "pg_stat_statements",
    "cluster_name": "incident-registry",
}
_FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
# Another server took the port, or the workers of a killed server have not noticed its end yet: both pass.
_PASSING = ("Address already in use", "is still in use")
_ATTEMPTS = 6
_STOP_WITHIN = 20


class PostgresServer:
    """A database cluster below `directory` and its server, as a part for the supervisor.

    With `durable=False`, for tests, a power failure may lose data. Without `port` a free one is picked and kept.
    """

    name = "PostgreSQL"

    def __init__(self, directory: Path, *, durable: bool = True, port: int | None = None) -> None:
        self.host = HOST
        self.port = port or 0
        self._address_given_out = port is not None
        self._settings = _SETTINGS | ({} if durable else _FORGETFUL)
        self._cluster = Cluster(directory)
        self._ports = RememberedPorts(directory / "port.json")
        self._record = directory / "process.json"
        self._process: ChildProcess | None = None

    @classmethod
    def at_its_last_address(cls, directory: Path) -> Self:
        """The server of another process, to connect to; port 0, where nobody listens, when there never was one."""
        return cls(directory, port=RememberedPorts(directory / "port.json").last("postgres"))

    @property
    def pid(self) -> int:
        return self._running().pid

    @asynccontextmanager
    async def session(self, database: str = "postgres") -> AsyncIterator[Connection]:
        """A connection as superuser, closed at the end of the block."""
        connection: Connection = await asyncpg.connect(
            host=self.host,
            port=self.port,
            user=SUPERUSER,
            password=self._cluster.password(),
            database=database,
            ssl=False,
            timeout=5,
        )
        try:
            yield connection
        finally:
            await connection.close()

    async def start(self) -> None:
        """Make the cluster when there is none yet, and serve it until `stop` or our own end. Raises CannotStart."""
        await self._cluster.prepare()
        await reap(self._record, SIGINT, within=_STOP_WITHIN)
        for attempt in range(1, _ATTEMPTS + 1):
            self._choose_port()
            try:
                await self._serve()
            except Ended as end:
                if attempt == _ATTEMPTS or not any(reason in end.output for reason in _PASSING):
                    raise
                await asyncio.sleep(0.1 * 2**attempt)
            else:
                self._address_given_out = True
                return

    async def wait(self) -> int:
        return await self._running().wait()

    async def stop(self) -> None:
        """End all sessions, write everything to disk, end the server."""
        if self._process is not None:
            await self._process.stop()

    async def _serve(self) -> None:
        options = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        self._process = ChildProcess(
            Program(
                name=self.name,
                words=[*self._cluster.command("postgres"), "-c", f"port={self.port}", *options],
                directory=self._cluster.data,
                log=self._cluster.log,
                environment=ENVIRONMENT,
                account=self._cluster.account,
                record=self._record,
                ready=self._answers,
                stop_signal=SIGINT,
                stop_within=_STOP_WITHIN,
            )
        )
        await self._process.start()

    def _choose_port(self) -> None:
        """Once told to others, the port stays for this run."""
        if not self._address_given_out:
            self.port = self._ports.choose("postgres")["postgres"]
        elif not is_free(self.port):
            raise CannotStart(f"Port {self.port} on {HOST} is taken: stop what uses it, or choose another port.")

    async def _answers(self) -> bool:
        try:
            async with self.session():
                return True
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
            return False
        except asyncpg.InvalidPasswordError as error:
            raise CannotStart(
                f"The password kept beside {self._cluster.data} is not the superuser's: put the right one back, "
                "or set REGISTRY_DATA to another directory to start anew."
            ) from error
        except asyncpg.PostgresError as error:
            raise CannotStart(
                f"PostgreSQL cannot use {self._cluster.data} ({error}): mend that, put it back from a backup, "
                "or set REGISTRY_DATA to another one to start anew."
            ) from error

    def _running(self) -> ChildProcess:
        if self._process is None:
            raise RuntimeError(f"{self.name} is not running.")
        return self._process
