"""The least rights, as docs/broker.md names them, are enough for each part, and less is not."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from yarl import URL

from chassis.broker import Sharing
from chassis.broker.amqp import AmqpBroker
from chassis.broker.amqp.faults import BrokerRefuses
from deploy.local.rabbitmq.server import RabbitServer
from tests.support.events import make_event
from tests.support.listener import Listener, publish, run_of, subscription
from tests.support.rabbitmq import forget

Until = Callable[[Callable[[], bool]], Awaitable[None]]
ENOUGH = {
    "configure": r"^(NAME\..*|[a-z]+\.NAME(\..*)?|[a-z]+\.events)$",
    "write": r"^(NAME\..*|[a-z]+\.NAME(\..*)?|amq\.default)$",
    "read": r"^(NAME\..*|[a-z]+\.NAME(\..*)?|[a-z]+\.events)$",
}
SHARED = subscription(sharing=Sharing.SPREAD)


@pytest.fixture
async def things_and_readers(rabbitmq_server: RabbitServer, url: str) -> AsyncIterator[list[AmqpBroker]]:
    """The service that tells and the one that listens, each as a user of its own."""
    for name in ("things", "readers"):
        await rabbitmq_server.control("add_user", name, "secret")
        rights = [pattern.replace("NAME", name) for pattern in ENOUGH.values()]
        await rabbitmq_server.control("set_permissions", name, *rights)
    address = URL(url).with_password("secret")
    made = [
        AmqpBroker(str(address.with_user("things")), "things", listeners=[SHARED]),
        AmqpBroker(str(address.with_user("readers")), "readers"),
    ]
    yield made
    for broker in made:
        await broker.close()
    await forget(url, [SHARED, subscription("strangers", "others")])
    for name in ("things", "readers"):
        await rabbitmq_server.control("delete_user", name)


async def test_with_the_least_rights_events_flow_and_nobody_does_more(
    things_and_readers: list[AmqpBroker], until: Until
) -> None:
    things, readers = things_and_readers
    shared, alone, events = Listener(), Listener(), run_of(20)
    await publish(things, events)
    await readers.subscribe(SHARED, shared)
    await readers.subscribe(subscription(sharing=Sharing.EACH), alone)
    await publish(things, events)
    await until(lambda: len(set(shared.positions())) == 20 and len(alone.taken) == 20)
    with pytest.raises(BrokerRefuses, match=r"strangers\.others"):
        await readers.subscribe(subscription("strangers", "others"), Listener())
    with pytest.raises(BrokerRefuses, match=r"things\.events"):
        await readers.publish([make_event()])


def test_the_manual_names_the_same_rights() -> None:
    manual = (Path(__file__).parents[4] / "docs" / "broker.md").read_text()
    named = [line.split() for line in manual.splitlines() if line.strip().startswith(tuple(ENOUGH))]
    assert named == [[right, pattern] for right, pattern in ENOUGH.items()]
