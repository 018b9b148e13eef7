"""The commands that every service has: serve, work, migrate, schema; and those that a service adds."""

import argparse
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import uvloop
from sqlalchemy import MetaData
from starlette.types import ASGIApp

from chassis.errors import Fault
from chassis.graphql.schema import SilentSchema
from chassis.listeners import read_listeners
from chassis.migrations import migrate
from chassis.runtime import Runtime, ServiceSettings
from chassis.serving import new_server
from chassis.settings import SettingsError, load
from chassis.telemetry import configure_logs
from chassis.trace_export import exported
from chassis.transport import HttpTransport, Transport
from chassis.worker import Worker
from chassis.working import work

OpenRuntime: TypeAlias = Callable[[], AbstractAsyncContextManager[Runtime]]
Tool: TypeAlias = Callable[[OpenRuntime, Sequence[str]], Awaitable[int]]
"""A command of one service. It gets its arguments, opens the runtime if it needs it, and gives the exit code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service as the chassis starts it. `fill` puts in what its database must contain; it runs after migrations.

    `tools` are commands that only this service has, by name.
    """

    name: str
    settings: type[ServiceSettings]
    schema: SilentSchema
    metadata: MetaData
    versions: Path
    listeners: Path  # the file of those who listen to it; see chassis/listeners.py
    runtime: Callable[[Any, Transport], Runtime]  # takes an instance of `settings`
    application: Callable[[Any], ASGIApp]  # takes what `runtime` gives
    worker: Callable[[Runtime], Worker]
    fill: Callable[[Any], Awaitable[None]] | None = None  # takes an instance of `settings`
    tools: Mapping[str, Tool] = field(default_factory=dict)

    def read_settings(self, environment: Mapping[str, str]) -> ServiceSettings:
        return load(self.settings, self.name.upper(), environment)

    async def migrate(self, settings: ServiceSettings) -> None:
        """Raises SettingsError without the owner's address."""
        if settings.database_owner_url is None:
            raise SettingsError(f"{self.name.upper()}_DATABASE_OWNER_URL is not set: migrations run as the owner")
        await migrate(settings.database_owner_url, settings.database_url, self.versions, self.metadata)
        if self.fill is not None:
            await self.fill(settings)


def main(service: Service) -> int:
    """Runs the command that the arguments name; the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m services.{service.name}")
    parser.add_argument("command", choices=("serve", "work", "migrate", "schema", *service.tools))
    if service.tools:
        parser.add_argument("argument", nargs="*", help=f"of {', '.join(service.tools)}")
    given = parser.parse_args()
    command, arguments = given.command, getattr(given, "argument", [])
    if arguments and command not in service.tools:
        parser.error(f"{command} takes no arguments")
    if command == "schema":
        sys.stdout.write(service.schema.as_str() + "\n")
        return 0
    try:
        return uvloop.run(_run(service, command, arguments))
    except (SettingsError, Fault, OSError) as error:
        sys.stderr.write(f"{service.name} {command}: {_named(error, service, command)}\n")
        return 2


async def _run(service: Service, command: str, arguments: Sequence[str]) -> int:
    if command in service.tools:
        return await service.tools[command](partial(_opened, service), arguments)
    await _COMMANDS[command](service, _settings(service))
    return 0


def _settings(service: Service) -> ServiceSettings:
    settings = service.read_settings(os.environ)
    configure_logs(settings.log_style, settings.log_level)
    return settings


@asynccontextmanager
async def _opened(service: Service) -> AsyncIterator[Runtime]:
    """For a tool, whose database is the one that this code expects."""
    async with _started(service, _settings(service)) as runtime:
        await runtime.check_start()
        yield runtime


def _named(error: Exception, service: Service, command: str) -> str:
    """With the variable that leads to what is at fault; settings tell theirs themselves."""
    if not isinstance(error, Fault) or error.service not in _LEADS_TO:
        return str(error)
    setting = "DATABASE_OWNER_URL" if command == "migrate" else _LEADS_TO[error.service]
    return f"{service.name.upper()}_{setting}: {error}"


async def _serve(service: Service, settings: ServiceSettings) -> None:
    async with _started(service, settings) as runtime:
        await runtime.check_start()
        await new_server(service.application(runtime), host=settings.host, port=settings.port).serve()


async def _work(service: Service, settings: ServiceSettings) -> None:
    async with _started(service, settings) as runtime:
        await work(runtime, service.worker(runtime), read_listeners(service.listeners, service.name))


@asynccontextmanager
async def _started(service: Service, settings: ServiceSettings) -> AsyncIterator[Runtime]:
    """Traced from before the beginning, if at all: connections to the database take part only then."""
    transport = HttpTransport()
    async with exported(service.name, settings):
        runtime = service.runtime(settings, transport)
        try:
            yield runtime
        finally:
            await runtime.close()
            await transport.close()


async def _migrate(service: Service, settings: ServiceSettings) -> None:
    await service.migrate(settings)


_LEADS_TO = {"database": "DATABASE_URL", "broker": "AMQP_URL"}
_COMMANDS = {"serve": _serve, "work": _work, "migrate": _migrate}
