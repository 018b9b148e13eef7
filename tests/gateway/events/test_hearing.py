"""The gateway on a real broker: every process of it hears each change, and none waits for a broker to serve."""

import asyncio
from collections.abc import AsyncIterator, Collection
from uuid import UUID, uuid4

import pytest
from yarl import URL

from chassis.broker import Broker
from chassis.broker.amqp import AmqpBroker
from chassis.broker.amqp.faults import BrokerRefuses
from deploy.local.rabbitmq.server import RabbitServer
from gateway.events import hearing as hearing_module
from gateway.events import listen
from gateway.events.hearing import hearing
from tests.support.events import make_event
from tests.support.rabbitmq import channel_to


@pytest.fixture
async def access(rabbitmq_server: RabbitServer) -> AsyncIterator[AmqpBroker]:
    """The broker as the service access has it, which publishes."""
    broker = AmqpBroker(rabbitmq_server.url, "access")
    yield broker
    await broker.close()
    async with channel_to(rabbitmq_server.url) as channel:
        await channel.exchange_delete("access.events")


class Gateway:
    """Remembers whom it was told to forget."""

    def __init__(self) -> None:
        self.forgotten: list[UUID] = []
        self.told = asyncio.Event()

    async def subscribe(self, broker: Broker) -> None:
        await listen(broker, self.forget)

    def forget(self, users: Collection[UUID]) -> None:
        self.forgotten += users
        self.told.set()


async def test_each_of_several_gateways_hears_a_change(rabbitmq_server: RabbitServer, access: AmqpBroker) -> None:
    one, other, user = Gateway(), Gateway(), uuid4()
    async with hearing(rabbitmq_server.url, one.subscribe), hearing(rabbitmq_server.url, other.subscribe):
        data = {"user_ids": [str(user)]}
        await access.publish([make_event(source="access", type="grants.changed.v1", company_id=None, data=data)])
        await asyncio.gather(one.told.wait(), other.told.wait())
    assert one.forgotten == other.forgotten == [user]


async def test_nothing_is_left_at_the_broker_of_a_gateway_that_ended(rabbitmq_server: RabbitServer) -> None:
    async with hearing(rabbitmq_server.url, Gateway().subscribe):
        assert "gateway.access." in await rabbitmq_server.control("list_queues", "name")
    assert "gateway.access." not in await rabbitmq_server.control("list_queues", "name")


async def test_a_broker_that_is_away_keeps_no_gateway_from_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing_module, "_PATIENCE_SECONDS", 0.05)
    served = False
    async with hearing("amqp://127.0.0.1:9/", Gateway().subscribe):
        served = True
    assert served


async def test_a_broker_that_refuses_the_gateway_stops_the_start(rabbitmq_server: RabbitServer) -> None:
    wrong = str(URL(rabbitmq_server.url).with_password("wrong"))
    with pytest.raises(BrokerRefuses, match="correct the user or the password in AMQP_URL"):
        async with hearing(wrong, Gateway().subscribe):
            raise AssertionError("it served")


async def test_without_a_broker_nothing_is_listened_to() -> None:
    gateway = Gateway()
    async with hearing(None, gateway.subscribe):
        assert not gateway.told.is_set()
