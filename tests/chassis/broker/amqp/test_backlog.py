"""What waits for a group is told: at the broker, in the hands of a process, and in the parking place."""

from collections.abc import Awaitable, Callable

import pytest

from chassis.broker import Sharing
from chassis.broker.amqp import AmqpBroker
from chassis.broker.amqp.limits import Limits
from chassis.identifiers import uuid7
from tests.support.events import make_event
from tests.support.listener import Listener, publish, run_of, subscription
from tests.support.rabbitmq import Processes, has

Until = Callable[[Callable[[], Awaitable[bool] | bool]], Awaitable[None]]
IN_READERS = ("readers", "things")


async def told(broker: AmqpBroker) -> dict[tuple[str, ...], float]:
    return {(sample.metric.name, *sample.labels): sample.value for sample in await broker.read()}


@pytest.fixture
def narrow(processes: Processes) -> AmqpBroker:
    """Takes five messages at once."""
    return processes.start(limits=Limits(prefetch=5, batch=2, tries=2, longest_pause=0.02))


@pytest.mark.parametrize("sharing", [Sharing.ONE, Sharing.SPREAD])
async def test_what_waits_is_told_until_it_is_handled(narrow: AmqpBroker, until: Until, sharing: Sharing) -> None:
    listener = Listener()
    listener.gate.clear()
    await narrow.subscribe(subscription(sharing=sharing), listener)
    subject = uuid7()  # one, so all are in one lane
    await publish(narrow, [make_event(subject=subject, position=number + 1) for number in range(12)])
    taken = 5 if sharing is Sharing.ONE else 1  # five for all lanes is one for each

    async def is_full() -> bool:
        lag = await told(narrow)
        places = [lag["consumer_lag_events", *IN_READERS, where] for where in ("taken", "queued")]
        return places == [taken, 12 - taken]

    async def is_empty() -> bool:
        return set((await told(narrow)).values()) == {0}

    await until(is_full)
    listener.gate.set()
    await until(is_empty)
    assert len(listener.taken) == 12


async def test_what_the_broker_parked_is_told(narrow: AmqpBroker, url: str, until: Until) -> None:
    await narrow.subscribe(subscription(), Listener(refuses=2))
    await publish(narrow, run_of(1))
    await until(has(url, "readers.things.parked", 1))
    assert (await told(narrow))["broker_dead_letters", *IN_READERS] == 1


async def test_the_queue_of_one_process_is_not_asked(narrow: AmqpBroker) -> None:
    await narrow.subscribe(subscription(sharing=Sharing.EACH), Listener())
    assert await told(narrow) == {("consumer_lag_events", *IN_READERS, "taken"): 0}


async def test_while_the_broker_is_away_nothing_is_told(narrow: AmqpBroker) -> None:
    await narrow.subscribe(subscription(), Listener())
    await narrow.close()
    assert await told(narrow) == {}
