"""The kinds of faults: each is done to a registry under load, and is over when every part is there again."""

import asyncio
import inspect
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

from chassis.broker.amqp.limits import DEFAULT
from chassis.broker.amqp.topology import lanes, plan
from deploy.local.postgres import PostgresServer
from deploy.local.rabbitmq.server import RabbitServer
from deploy.local.services import SERVICES
from tests.support.faults.ground import LISTENERS, Ground
from tests.support.faults.history import acknowledged
from tests.support.faults.load import Load
from tests.support.rabbitmq import channel_to

Fault: TypeAlias = Callable[[Ground, Load], Awaitable[None]]

_WITHIN: Final = 120  # seconds for whatever has to be there again
_PAUSE: Final = 0.05


def killed(name: str) -> Fault:
    """`kill -9`, whatever it is doing; of several with this name the first."""

    async def fault(ground: Ground, load: Load) -> None:
        process = name if name in ground.stack.processes else f"{name}.1"
        before = ground.number_of(process)
        assert before is not None
        os.kill(before, signal.SIGKILL)
        await _until(lambda: ground.number_of(process) not in {before, None}, f"{process} was not started again")
        await _until(ground.whole, f"{process} did not come again")

    return fault


def struck(point: str, *, dies: bool = True) -> Fault:
    """Whichever process gets to this point first dies there, or takes its time."""

    async def fault(ground: Ground, load: Load) -> None:
        before = {name: ground.number_of(name) for name in ground.stack.processes}
        ground.arm(point)
        await _until(lambda: ground.over(point), f"nobody came to the point {point}, or somebody stayed there")
        if dies:
            await _until(lambda: any(ground.number_of(n) not in {i, None} for n, i in before.items()), "nobody died")
        await _until(ground.whole, f"who died at the point {point} did not come again")

    return fault


def server_told(part: str, how: signal.Signals) -> Fault:
    """A signal to the PostgreSQL server or to the broker; the supervisor starts it again."""

    async def fault(ground: Ground, load: Load) -> None:
        server: PostgresServer | RabbitServer = getattr(ground.servers, part)
        before = server.pid
        os.kill(before, how)
        await _until(lambda: _number_of(server) not in {before, None}, f"{server.name} was not started again")
        await _until(ground.whole, f"not everybody has found {server.name} again")

    return fault


def frozen_broker(seconds: float) -> Fault:
    """All its connections stay open, and nothing answers."""

    async def fault(ground: Ground, load: Load) -> None:
        broker, before = ground.servers.broker.pid, acknowledged(load.history)
        os.kill(broker, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
            assert not await _greets(ground), "the broker answers though it stands still"
            assert acknowledged(load.history) > before, "nothing was acknowledged while the broker stood still"
        finally:
            os.kill(broker, signal.SIGCONT)
        await _until(ground.whole, "not everybody has found the broker again")

    return fault


def frozen(process: str, seconds: float) -> Fault:
    """It does not answer, and afterwards does what it was asked meanwhile."""

    async def fault(ground: Ground, load: Load) -> None:
        number = ground.stack.processes[process].pid
        os.kill(number, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        os.kill(number, signal.SIGCONT)
        await _until(ground.whole, f"{process} did not come again")

    return fault


async def queues_deleted(ground: Ground, load: Load) -> None:
    """While nothing is in them and those who listen stand still, so that only who publishes can make them anew."""
    await load.still()
    await _until(ground.at_rest, "not everything was handled")
    async with _frozen_listeners(ground):
        await delete_queues(ground)
        load.go_on()
        await load.proceeds(40)
        await load.still()
        await _until(lambda: _all_published(ground), "not everything was published")
        load.go_on()
    await _until(ground.whole, "not everybody listens again")


async def delete_queues(ground: Ground) -> None:
    """All of those who listen to the incidents."""
    names = [
        plan(subscription, lane, DEFAULT).name
        for service in SERVICES
        if service.name in LISTENERS
        for subscription in service.worker(ground.stack.runtimes[service.name]).subscriptions
        if subscription.source == "incidents"
        for lane in lanes(subscription)
    ]
    async with channel_to(str(ground.surroundings.broker)) as channel:
        for name in names:
            await channel.queue_delete(name)


@asynccontextmanager
async def _frozen_listeners(ground: Ground) -> AsyncIterator[None]:
    who = [each for each in ground.stack.processes if each.partition("-work")[0] in LISTENERS and "-work" in each]
    numbers = [ground.stack.processes[each].pid for each in who]
    for number in numbers:
        os.kill(number, signal.SIGSTOP)
    try:
        yield
    finally:
        for number in numbers:
            os.kill(number, signal.SIGCONT)


async def _until(holds: Callable[[], Any], otherwise: str) -> None:
    """`holds` may be a coroutine function. Raises AssertionError when it takes too long."""
    try:
        async with asyncio.timeout(_WITHIN):
            while True:
                answer = holds()
                if await answer if inspect.isawaitable(answer) else answer:
                    return
                await asyncio.sleep(_PAUSE)
    except TimeoutError:
        raise AssertionError(f"{otherwise} within {_WITHIN} s") from None


def _number_of(server: PostgresServer | RabbitServer) -> int | None:
    try:
        return server.pid
    except RuntimeError:
        return None


async def _greets(ground: Ground) -> bool:
    try:
        async with asyncio.timeout(2), channel_to(str(ground.surroundings.broker)):
            return True
    except TimeoutError:
        return False


async def _all_published(ground: Ground) -> bool:
    """Of the incidents: who listens to them has events of its own to publish, and may stand still."""
    events, published, _, _ = (await ground.figures())["incidents"]
    return events == published
