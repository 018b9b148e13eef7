"""Several addresses: whichever node is there is used, and the others while it is not."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from socket import create_server

import pytest
from yarl import URL

from chassis.broker.amqp import AmqpBroker
from chassis.broker.amqp.faults import BrokerRefuses
from chassis.broker.amqp.limits import Limits
from chassis.broker.amqp.link import Link
from chassis.broker.amqp.nodes import Nodes
from deploy.local.rabbitmq.server import RabbitServer
from tests.support.events import make_event
from tests.support.listener import Listener, subscription
from tests.support.rabbitmq import Processes

Until = Callable[[Callable[[], Awaitable[bool] | bool]], Awaitable[None]]
NOBODY = "amqp://127.0.0.1:9/"
IMPATIENT = Limits(answer=0.5)


@contextmanager
def silent() -> Iterator[str]:
    """A node that takes connections and never says a word."""
    with create_server(("127.0.0.1", 0)) as listener:
        yield f"amqp://127.0.0.1:{listener.getsockname()[1]}/"


def ordered(broker: AmqpBroker, first: str) -> AmqpBroker:
    """Its connections try that node first."""
    for link in (broker._outgoing, broker._incoming):
        while link._nodes.next.authority != URL(first).authority:
            link._nodes.pass_over()
    return broker


def test_each_node_has_its_turn_and_connections_begin_at_any() -> None:
    addresses = [f"amqp://10.0.0.{number}/" for number in range(5)]
    nodes, seen = Nodes(",".join(addresses), heartbeat=7), []
    for _ in addresses:
        assert nodes.next.query["heartbeat"] == "7"
        seen.append(str(nodes.next.with_query(None)))
        nodes.pass_over()
    assert sorted(seen) == addresses
    assert len({str(Nodes(",".join(addresses)).next) for _ in range(200)}) == len(addresses)


async def test_nodes_that_are_away_or_silent_are_passed_over(processes: Processes, url: str, until: Until) -> None:
    with silent() as stuck:
        processes.url = f"{url},{NOBODY},{stuck}"
        for first in (NOBODY, stuck):
            broker, listener = ordered(processes.start(limits=IMPATIENT), first), Listener()
            await broker.subscribe(subscription(), listener)
            await broker.publish([event := make_event()])
            await until(lambda: event in listener.taken)  # noqa: B023  # waited for within the turn
            await broker.close()


async def test_a_lost_connection_is_made_again_to_another_node(rabbitmq_server: RabbitServer, url: str) -> None:
    link = Link(f"{url},{NOBODY}", "tests", IMPATIENT)
    await link.channel()
    connected = link._nodes.next
    await link.drop()
    assert link._nodes.next != connected
    async with asyncio.timeout(5):
        await link.channel()
    assert link._nodes.next == connected
    await link.close()


async def test_one_node_with_another_password_is_no_matter_while_others_let_us_in(
    processes: Processes, url: str
) -> None:
    wrong = str(URL(url).with_password("wrong").with_host("localhost"))
    processes.url = f"{url},{wrong}"
    await ordered(processes.start(), wrong).subscribe(subscription(), Listener())


async def test_what_a_person_has_to_put_right_is_told_when_no_node_lets_us_in(url: str) -> None:
    broker = AmqpBroker(f"{NOBODY},{URL(url).with_password('wrong')}", "tests")
    with pytest.raises(BrokerRefuses, match="correct the user or the password"):
        await broker.subscribe(subscription(), Listener())
    await broker.close()
