"""Running the background half of a service as a process of its own."""

import asyncio
import signal
from collections.abc import Collection, Coroutine
from typing import TYPE_CHECKING, Any

from chassis.broker import Subscription
from chassis.errors import Fault
from chassis.management import management_application, served_beside
from chassis.runtime import Runtime
from chassis.settings import SettingsError
from chassis.worker import Worker

if TYPE_CHECKING:
    from chassis.broker.amqp import AmqpBroker


async def work(runtime: Runtime, worker: Worker, listeners: Collection[Subscription]) -> None:
    """Until a signal tells it to end. Raises SettingsError, Fault or OSError when it cannot begin.

    A broker that is away is waited for; one that refuses us is not.
    """
    name, settings = runtime.name, runtime.settings
    if settings.amqp_url is None:
        raise SettingsError(
            f"{name.upper()}_AMQP_URL is not set: it is the address of RabbitMQ (amqp://user:password@host:5672/); "
            "or run all in one process, without it: make up"
        )
    from chassis.broker.amqp import AmqpBroker  # not loaded where all is one process

    broker = AmqpBroker(settings.amqp_url, f"{name} work", listeners=listeners)
    try:
        await runtime.check_database()
        await until_told(_run(runtime, worker, broker))
    finally:
        await broker.close()


async def until_told(task: Coroutine[Any, Any, None]) -> None:
    """Until `task` ends, or SIGTERM or a Ctrl-C cancels it."""
    running, loop = asyncio.ensure_future(task), asyncio.get_running_loop()
    told = asyncio.Event()

    def end() -> None:
        told.set()
        running.cancel()

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, end)
    try:
        await running
    except asyncio.CancelledError:
        if not told.is_set():
            raise


async def _run(runtime: Runtime, worker: Worker, broker: "AmqpBroker") -> None:
    subscribed = asyncio.Event()

    async def hears() -> None:
        if not subscribed.is_set():
            raise Fault("broker", "is not connected yet")
        await broker.check()

    checks = {"database": runtime.check_database, "broker": hears}
    health = management_application(runtime.name, checks, readings=(*runtime.readings, broker.read))
    async with served_beside(health, host=runtime.settings.host, port=runtime.settings.port):
        await worker.subscribe(broker)
        subscribed.set()
        await worker.run(broker)
