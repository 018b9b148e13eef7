"""The background half of a service: its relay, its consumer, its projections, and what else it does by itself."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

import structlog

from chassis.broker import Broker, Subscription
from chassis.consumer import Consumer
from chassis.database import Database
from chassis.errors import Fault
from chassis.projections import Projection
from chassis.relay import IDLE_SECONDS, Relay

Task: TypeAlias = Callable[[], Awaitable[None]]
_RETRY_SECONDS = 1.0
_NONE: Mapping[str, Task] = {}
_log = structlog.get_logger(__name__)


class Worker:
    """Subscribes first and then runs: an in-process broker forgets what it has no subscriber for.

    `tasks` are what the service does beside that, by name; each runs until it returns.
    """

    def __init__(
        self,
        name: str,
        database: Database,
        consumer: Consumer[Any],
        projections: Sequence[Projection] = (),
        tasks: Mapping[str, Task] = _NONE,
    ) -> None:
        self.projections = tuple(projections)
        self._name = name
        self._database = database
        self._consumer = consumer
        self._tasks = dict(tasks)

    @property
    def subscriptions(self) -> list[Subscription]:
        return self._consumer.subscriptions

    async def subscribe(self, broker: Broker) -> None:
        await self._consumer.listen(broker)

    async def run(self, broker: Broker, *, idle_seconds: float = IDLE_SECONDS) -> None:
        """Until cancelled. `idle_seconds` may be long where this same process makes all changes: it wakes the relay."""
        relay = Relay(self._name, self._database.engine, broker, idle_seconds=idle_seconds)
        self._database.when_emitted(relay.wake)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(keep_trying("relay", relay.run))
            tasks.create_task(keep_trying("parked events", self._consumer.retry_parked))
            for projection in self.projections:
                tasks.create_task(keep_trying(f"projection of {projection.name}", projection.fill))
            for task, run in self._tasks.items():
                tasks.create_task(keep_trying(task, run))


async def keep_trying(task: str, run: Task) -> None:
    """Runs until `run` returns or is cancelled: one task that stumbles must not take the others with it."""
    while True:
        try:
            return await run()
        except Fault as fault:
            _log.warning("worker.waits", task=task, reason=str(fault))
        except Exception:  # noqa: BLE001  # a bug in one is logged; the others go on
            _log.exception("worker.stumbled", task=task)
        await asyncio.sleep(_RETRY_SECONDS)
