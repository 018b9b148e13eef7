"""Listening to the broker of a registry of several processes, beside what the gateway serves."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import structlog

from chassis.broker import Broker
from chassis.errors import Fault

_PATIENCE_SECONDS: Final = 5.0
_log = structlog.get_logger(__name__)


@asynccontextmanager
async def hearing(address: str | None, subscribe: Callable[[Broker], Awaitable[None]]) -> AsyncIterator[None]:
    """Inside, what `subscribe` asks for is heard; nothing without an `address` (AMQP URL).

    A broker that refuses us raises Fault. One that is away keeps nobody from serving, and is tried on and on: what the
    gateway remembers lives for seconds only.
    """
    if address is None:
        yield
        return
    from chassis.broker.amqp import AmqpBroker  # not loaded where there is no broker

    broker = AmqpBroker(address, "gateway")
    subscribing = asyncio.ensure_future(subscribe(broker))
    try:
        await asyncio.wait({subscribing}, timeout=_PATIENCE_SECONDS)
        if subscribing.done():
            subscribing.result()
        subscribing.add_done_callback(_tell_refusal)
        yield
    finally:
        subscribing.cancel()
        await asyncio.gather(subscribing, return_exceptions=True)
        await broker.close()


def _tell_refusal(subscribing: asyncio.Task[None]) -> None:
    """Of a broker that came late, when the gateway serves already: no bug of ours, and no stack."""
    refusal = None if subscribing.cancelled() else subscribing.exception()
    if isinstance(refusal, Fault):
        _log.error("gateway.hears_nothing", reason=refusal.reason)
