"""The brokers that the contract holds for; a new adapter is one more entry in MAKERS."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeAlias

import pytest

from chassis.broker import Broker
from chassis.broker.in_process import InProcessBroker
from tests.support.rabbitmq import amqp_broker

Opening: TypeAlias = AbstractAsyncContextManager[Broker]


@asynccontextmanager
async def in_process_broker() -> AsyncIterator[Broker]:
    made = InProcessBroker()
    yield made
    await made.close()


MAKERS: dict[str, Callable[[pytest.FixtureRequest], Opening]] = {
    "in process": lambda _: in_process_broker(),
    "amqp": lambda request: amqp_broker(request.getfixturevalue("rabbitmq_server").url),
}


@pytest.fixture(params=MAKERS)
def opening(request: pytest.FixtureRequest) -> Opening:
    """Not a coroutine itself, because those cannot ask for servers."""
    return MAKERS[request.param](request)


@pytest.fixture
async def broker(opening: Opening) -> AsyncIterator[Broker]:
    async with opening as made:
        yield made
