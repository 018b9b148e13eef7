"""Offering queues of the broker to other systems: what the command `outside` does, in lines that it tells."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from chassis.broker.addresses import split_addresses
from chassis.errors import Invalid
from services.notifications.adapters.broker_management import BrokerManagement
from services.notifications.adapters.outside_queues import OutsideQueues
from services.notifications.domain.outside_queues import PREFIX, OutsideQueue, Subscriber

WARNING: Final = (
    "Nobody's rights are checked when events are delivered from it: whoever may read it gets all of them, "
    "until you remove it."
)


@dataclass(frozen=True, slots=True)
class Broker:
    """Its address, or those of all its nodes; and where its management API is, if it has one."""

    url: str
    management_url: str | None = None

    @property
    def vhost(self) -> str:
        return unquote(urlsplit(split_addresses(self.url)[0]).path.removeprefix("/")) or "/"

    def queues(self) -> OutsideQueues:
        return OutsideQueues(self.url)

    def management(self, instead: str) -> BrokerManagement:
        """Raises Invalid with what to do `instead` where it is not known."""
        if self.management_url is None:
            raise Invalid(
                f"NOTIFICATIONS_AMQP_MANAGEMENT_URL is not set. Without it, do this at the broker:\n{instead}"
            )
        return BrokerManagement(self.management_url, self.vhost)


async def add_queue(broker: Broker, queue: OutsideQueue) -> AsyncIterator[str]:
    async with broker.queues() as queues:
        bindings = await queues.make(queue)
    yield f"{queue.name} is there, with {bindings} bindings."
    yield WARNING
    yield "A user that may read the queues of this subscriber and nothing else:"
    yield make_user_by_hand(broker, queue.subscriber)


async def remove_queue(broker: Broker, queue: OutsideQueue) -> AsyncIterator[str]:
    async with broker.queues() as queues:
        await queues.remove(queue.name)
    yield f"{queue.name} is gone, and what was in it."


async def list_queues(broker: Broker) -> AsyncIterator[str]:
    instead = f"  rabbitmqctl list_queues --vhost '{broker.vhost}' name messages consumers | grep '^{PREFIX}\\.'"
    async with broker.management(instead) as management:
        for queue in await management.queues():
            waiting, readers = queue.get("messages", "?"), queue.get("consumers", "?")
            yield f"{queue['name']}  {waiting} waiting, {readers} reading"


async def make_user(broker: Broker, subscriber: Subscriber) -> AsyncIterator[str]:
    """Tells a new password, once."""
    password = secrets.token_urlsafe(32)
    async with broker.management(make_user_by_hand(broker, subscriber)) as management:
        await management.make_user(subscriber, password)
    yield f"{subscriber.user} may read the queues of {subscriber.name} and nothing else. Its password, told only now:"
    yield password


async def remove_subscriber(broker: Broker, subscriber: Subscriber) -> AsyncIterator[str]:
    """Its user, which ends its connections, and all its queues."""
    by_hand = f"  rabbitmqctl delete_user {subscriber.user}\nand remove its queues one by one."
    async with broker.management(by_hand) as management, broker.queues() as queues:
        await management.remove_user(subscriber)
        for name in [each["name"] for each in await management.queues()]:
            if name.startswith(f"{subscriber.user}."):
                await queues.remove(name)
                yield f"{name} is gone, and what was in it."
    yield f"{subscriber.user} is no user any more."


def make_user_by_hand(broker: Broker, subscriber: Subscriber) -> str:
    return (
        f"  rabbitmqctl add_user {subscriber.user}\n"
        f"  rabbitmqctl set_permissions --vhost '{broker.vhost}' {subscriber.user} '' '' '{subscriber.may_read}'"
    )
