"""What is broken: servers that no other test uses, and a stack on them that is run through process.py."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from deploy.local.environment import FILES_BUCKET
from deploy.local.object_store import ObjectStore
from deploy.local.postgres import PostgresServer
from deploy.local.processes import ChildProcess
from deploy.local.rabbitmq.server import RabbitServer
from deploy.local.stack.scale import WORKERS
from deploy.local.stack.system import Stack
from deploy.local.supervisor import Supervisor
from tests.support.faults.points import DIRECTORY
from tests.support.faults.process import BUG


@dataclass(frozen=True, slots=True)
class Servers:
    """What is killed here must not be what other tests use."""

    directory: Path
    database: PostgresServer
    store: ObjectStore
    broker: RabbitServer

    @classmethod
    @asynccontextmanager
    async def started(cls, directory: Path) -> AsyncIterator["Servers"]:
        database = PostgresServer(directory / "postgres")  # one that keeps what it has confirmed, when it is killed
        store = ObjectStore(directory / "objects", buckets=[FILES_BUCKET])
        broker = RabbitServer(directory / "rabbitmq")
        async with Supervisor() as supervisor:
            await supervisor.start(database, store, broker)
            yield cls(directory, database, store, broker)


class PointedStack(Stack):
    """Its services run by tests.support.faults.process, and their background halves with `bug`."""

    def __init__(self, *given: Any, points: Path, bug: str) -> None:
        super().__init__(*given)
        self._points = points
        self._bug = bug

    def _process(self, name: str, port: int) -> ChildProcess:
        child = super()._process(name, port)
        if not name.startswith("gateway"):
            child.program = replace(
                child.program,
                words=[child.program.words[0], "-m", "tests.support.faults.process", *child.program.words[2:]],
                environment={**child.program.environment, **self._faults(name)},
            )
        return child

    def _faults(self, name: str) -> dict[str, str]:
        return {DIRECTORY: str(self._points), BUG: self._bug if name.partition(".")[0] in WORKERS else ""}
