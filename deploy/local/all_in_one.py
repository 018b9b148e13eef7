"""The whole registry in one process: gateway and services on one event loop, calling one another without sockets."""

import asyncio
from contextlib import AsyncExitStack
from typing import Self

from starlette.types import ASGIApp

from chassis.broker.in_process import InProcessBroker
from chassis.commandline import Service
from chassis.metrics import Reading
from chassis.runtime import Runtime, ServiceSettings
from chassis.settings import load
from chassis.transport import HttpTransport, InProcessTransport
from chassis.worker import Worker
from deploy.local.environment import Surroundings, chosen, surrounded
from deploy.local.services import SERVICES
from gateway.app import Gateway, new_gateway
from gateway.settings import GatewaySettings

_STOP_SECONDS = 5.0
_IDLE_SECONDS = 1.0  # every change is made in this process and wakes the relays


class AllInOne:
    """Between `async with` and its end everything runs; `application` is what the world may call.

    `transport` also reaches the gateway, as `http://gateway`, and by HTTP the subgraphs of others.
    """

    def __init__(self, surroundings: Surroundings) -> None:
        self.transport = InProcessTransport({}, beyond=HttpTransport())
        self.broker = InProcessBroker()
        gateway = surrounded(chosen("GATEWAY", GatewaySettings), surroundings.of_gateway())
        self.gateway_settings = load(GatewaySettings, "GATEWAY", gateway)
        self.gateway: Gateway = new_gateway(self.gateway_settings, self.transport)
        self.settings: dict[str, ServiceSettings] = {
            service.name: service.read_settings(
                surrounded(
                    surroundings.completed(service.name, chosen(service.name.upper(), service.settings)),
                    surroundings.of_service(service.name),
                )
            )
            for service in SERVICES
        }
        self.runtimes: dict[str, Runtime] = {}
        self._stack = AsyncExitStack()

    @property
    def application(self) -> ASGIApp:
        return self.gateway.front

    @property
    def readings(self) -> list[Reading]:
        """Figures of all databases, for whoever reads the metrics of this process."""
        return [reading for runtime in self.runtimes.values() for reading in runtime.readings]

    async def __aenter__(self) -> Self:
        self._stack.push_async_callback(self.transport.close)
        for service in SERVICES:  # one after another: Alembic keeps the migration it works on in a global
            await service.migrate(self.settings[service.name])
        self.transport.applications["gateway"] = self.application
        workers = [self._build(service) for service in SERVICES]
        await self.gateway.subscribe(self.broker)
        for worker in workers:
            await worker.subscribe(self.broker)
        tasks = [asyncio.create_task(worker.run(self.broker, idle_seconds=_IDLE_SECONDS)) for worker in workers]
        if self.gateway_settings.supergraph_poll_seconds:
            watching = self.gateway.door.watch(self.gateway_settings.supergraph_poll_seconds)
            tasks.append(asyncio.create_task(watching))
        self._stack.push_async_callback(_end, tasks)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def _build(self, service: Service) -> Worker:
        runtime = service.runtime(self.settings[service.name], self.transport)
        self.runtimes[service.name] = runtime
        self._stack.push_async_callback(runtime.close)
        self.transport.applications[service.name] = service.application(runtime)
        return service.worker(runtime)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=_STOP_SECONDS)
