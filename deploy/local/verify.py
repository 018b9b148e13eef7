"""`make verify`: proves from the tables that nothing was lost, doubled or left behind.

It reads the databases of a registry that runs, or that lies still: event logs without gaps, every incident with its
history and its events, the chain of every history whole, every event's effect once in each service that listens, one
message to each who became responsible, the public feed whole and in order, every projection equal to its owner's.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import asyncpg

from chassis.transport import InProcessTransport
from deploy.local.checks import (
    Finding,
    check_access,
    check_effects,
    check_files,
    check_histories,
    check_incidents,
    check_log,
    check_messages,
    check_projection,
)
from deploy.local.directories import data_directory
from deploy.local.environment import NoStore, Surroundings
from deploy.local.errors import CannotStart
from deploy.local.feed_check import check_feed
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import provision
from deploy.local.services import SERVICES
from deploy.local.supervisor import Supervisor

_ARRIVES_WITHIN = 30  # seconds that events under way are given
_PAUSE = 1


async def verify(data: Path) -> int:
    """Prints each finding; 0 when all is as it must be, 1 when not. `data` is absolute."""
    async with _database(data) as (database, surroundings):
        for _ in range(_ARRIVES_WITHIN):
            found = await findings(database, surroundings)
            if all(finding.ok for finding in found):
                break
            await asyncio.sleep(_PAUSE)
    for finding in found:
        sys.stdout.write(f"{finding}\n")
    return 0 if all(finding.ok for finding in found) else 1


async def findings(database: PostgresServer, surroundings: Surroundings, prefix: str = "registry") -> list[Finding]:
    """What the tables say now; the databases are called `<prefix>_<service>`."""
    async with AsyncExitStack() as stack:
        transport = InProcessTransport({})
        workers, databases = {}, {}
        for service in SERVICES:
            runtime = service.runtime(service.read_settings(surroundings.of_service(service.name)), transport)
            stack.push_async_callback(runtime.close)
            transport.applications[service.name] = service.application(runtime)
            databases[service.name] = runtime.database
            workers[service.name] = service.worker(runtime)
        sessions = {name: await stack.enter_async_context(database.session(f"{prefix}_{name}")) for name in workers}
        return [
            *[await check_log(name, session) for name, session in sessions.items()],
            *await check_incidents(sessions["incidents"]),
            await check_histories(databases["incidents"]),
            await check_files(sessions["files"]),
            await check_access(sessions["access"]),
            await check_messages(sessions["incidents"], sessions["notifications"]),
            await check_feed(sessions, sessions["notifications"]),
            *[
                await check_effects(name, subscription, sessions[subscription.source], sessions[name])
                for name, worker in workers.items()
                for subscription in worker.subscriptions
            ],
            *[
                await check_projection(name, projection)
                for name, worker in workers.items()
                for projection in worker.projections
            ],
        ]


@asynccontextmanager
async def _database(data: Path) -> AsyncIterator[tuple[PostgresServer, Surroundings]]:
    """The server of the running registry, or one started for this."""
    if not (data / "secrets.json").exists():
        raise CannotStart(f"There is no registry in {data}: `make up` makes one, or set REGISTRY_DATA.")
    async with AsyncExitStack() as stack:
        database = await _running(data)
        if database is None:
            directory = stack.enter_context(data_directory(data))
            database = PostgresServer(directory / "postgres")
            await (await stack.enter_async_context(Supervisor())).start(database)
        yield database, await _surroundings(data, database)


async def _running(data: Path) -> PostgresServer | None:
    database = PostgresServer.at_its_last_address(data / "postgres")
    try:
        async with database.session():
            return database
    except (OSError, asyncpg.PostgresError):
        return None


async def _surroundings(data: Path, database: PostgresServer) -> Surroundings:
    urls = await provision(database, [service.name for service in SERVICES], Secrets(data / "secrets.json"))
    return Surroundings(databases=urls, keys=data / "keys", store=NoStore(), port=0)
