"""Processes of services as far as the broker sees them, and a RabbitMQ that is there for the whole run."""

from collections.abc import AsyncIterator

import pytest

from chassis.broker.amqp import AmqpBroker
from deploy.local.rabbitmq.server import RabbitServer
from tests.support.rabbitmq import Processes


@pytest.fixture
def url(rabbitmq_server: RabbitServer) -> str:
    return rabbitmq_server.url


@pytest.fixture
async def processes(url: str) -> AsyncIterator[Processes]:
    made = Processes(url)
    yield made
    await made.end()


@pytest.fixture
def broker(processes: Processes) -> AmqpBroker:
    """That of one process."""
    return processes.start()
