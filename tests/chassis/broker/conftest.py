"""The brokers that the contract holds for; a new adapter is one more entry in MAKERS."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from chassis.broker import Broker
from chassis.broker.in_process import InProcessBroker


async def _in_process() -> Broker:
    return InProcessBroker()


MAKERS: dict[str, Callable[[], Awaitable[Broker]]] = {"in process": _in_process}


@pytest.fixture(params=MAKERS)
async def broker(request: pytest.FixtureRequest) -> AsyncIterator[Broker]:
    made = await MAKERS[request.param]()
    yield made
    await made.close()
