"""What a person has to put right is said in one line, at once, with the way out; what passes is waited for."""

import ssl
from collections.abc import AsyncIterator

import pytest
from aio_pika.exceptions import AMQPConnectionError
from yarl import URL

from chassis.broker.amqp import AmqpBroker
from chassis.broker.amqp.faults import BrokerRefuses, within
from chassis.errors import Fault
from deploy.local.rabbitmq.server import RabbitServer
from tests.support.events import make_event
from tests.support.listener import Listener, subscription
from tests.support.rabbitmq import forget


@pytest.fixture
async def guest_url(rabbitmq_server: RabbitServer, url: str) -> AsyncIterator[str]:
    """Of a user who may see the virtual host and nothing in it."""
    await rabbitmq_server.control("add_user", "visitor", "secret")
    await rabbitmq_server.control("set_permissions", "visitor", "^$", "^$", "^$")
    yield str(URL(url).with_user("visitor").with_password("secret"))
    await rabbitmq_server.control("delete_user", "visitor")
    await forget(url, [subscription()])


async def refusal(url: str) -> str:
    """What subscribing says; publishing says the same."""
    broker = AmqpBroker(url, "tests", listeners=[subscription()])
    try:
        with pytest.raises(BrokerRefuses) as told:
            await broker.subscribe(subscription(), Listener())
        with pytest.raises(BrokerRefuses) as told_again:
            await broker.publish([make_event()])
    finally:
        await broker.close()
    assert str(told.value) == str(told_again.value)
    assert "\n" not in str(told.value)
    return str(told.value)


async def test_a_wrong_password(url: str) -> None:
    said = await refusal(str(URL(url).with_password("wrong")))
    assert said.startswith("broker: ACCESS_REFUSED")
    assert said.endswith("correct the user or the password in AMQP_URL")
    assert "wrong" not in said


async def test_a_virtual_host_that_is_not_there(url: str) -> None:
    said = await refusal(str(URL(url).with_path("/absent")))
    assert said == "broker: does not open the virtual host of AMQP_URL: make it, and give the user rights"


async def test_a_user_without_rights(guest_url: str) -> None:
    said = await refusal(guest_url)
    assert "access to exchange 'things.events' in vhost '/' refused for user 'visitor'" in said
    assert said.endswith("give the user of AMQP_URL the rights that docs/broker.md names")


async def test_a_certificate_that_nobody_vouches_for() -> None:
    with pytest.raises(BrokerRefuses, match="name the authority of its certificate"):
        async with within(1):
            raise AMQPConnectionError("certificate verify failed") from ssl.SSLCertVerificationError()


async def test_a_broker_that_is_not_there_is_a_fault_that_passes() -> None:
    broker = AmqpBroker("amqp://127.0.0.1:9/", "tests")
    with pytest.raises(Fault) as told:
        await broker.publish([make_event()])
    assert not isinstance(told.value, BrokerRefuses)
    await broker.close()
