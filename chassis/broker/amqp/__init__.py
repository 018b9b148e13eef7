"""The broker between processes: RabbitMQ, which keeps what was confirmed until every group has taken it.

`topology` says which exchanges and queues there are, `publishing` and `group` what happens to events at either end.
"""

import asyncio
from collections.abc import Collection, Sequence

from chassis.broker import Handler, Sharing, Subscription
from chassis.broker.amqp.backlog import leave
from chassis.broker.amqp.group import Group
from chassis.broker.amqp.limits import DEFAULT, Limits
from chassis.broker.amqp.link import Link
from chassis.broker.amqp.publishing import Publisher
from chassis.errors import Fault
from chassis.events import Envelope
from chassis.metrics import Sample


class AmqpBroker:
    """`url` is amqp(s)://user:password@host:port/virtual-host, or one for each node of a cluster with commas between.

    `name` is what operators see at the broker.
    `listeners` are the groups whose queues shall be there before anything is published, whether they ever ran or not.
    """

    def __init__(
        self, url: str, name: str, *, listeners: Collection[Subscription] = (), limits: Limits = DEFAULT
    ) -> None:
        self._limits = limits
        # Two connections: a broker that is short of memory stops those that publish, and nobody else.
        self._outgoing = Link(url, f"{name}: publishes", limits)
        self._incoming = Link(url, f"{name}: listens", limits, watched=True)
        self._publisher = Publisher(self._outgoing, listeners, limits)
        self._groups: list[Group] = []
        self._closed = False

    async def publish(self, events: Sequence[Envelope]) -> None:
        if self._closed:
            raise Fault("broker", "is closed")
        if events:
            await self._publisher.publish(events)

    async def subscribe(self, subscription: Subscription, handler: Handler) -> None:
        group = Group(subscription, handler, self._incoming, self._limits)
        self._groups.append(group)
        if subscription.sharing is not Sharing.EACH:
            self._publisher.expect(subscription)
        await group.begin()

    async def check(self) -> None:
        """Raises Fault while something that was subscribed to is not listened to."""
        deaf = [group.name for group in self._groups if not group.listening]
        if deaf:
            raise Fault("broker", f"not connected to {', '.join(deaf)}")

    async def read(self) -> list[Sample]:
        """What waits for the groups of this process, for /metrics; nothing while they are not listened to."""
        if not all(group.listening for group in self._groups):
            return []
        channel = await self._incoming.channel()
        try:
            return [sample for group in self._groups for sample in await group.backlog(channel)]
        finally:
            await leave(channel, self._limits)

    async def close(self) -> None:
        """Lets the handlers finish, acknowledges what they took, and gives the rest back."""
        self._closed = True
        for link in (self._incoming, self._outgoing):
            link.give_up()
        await asyncio.gather(*(group.end() for group in self._groups))
        for link in (self._incoming, self._outgoing):
            await link.close()
