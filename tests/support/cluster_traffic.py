"""Events that flow through a broker all the time, and the proof that each took effect once and in its order."""

import asyncio
import itertools
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from chassis.broker import Sharing, Subscription
from chassis.broker.amqp import AmqpBroker
from chassis.broker.amqp.topology import lanes
from chassis.errors import Fault
from chassis.events import Envelope
from chassis.identifiers import uuid7
from tests.support.events import make_event
from tests.support.listener import subscription
from tests.support.rabbit_cluster import Node

SUBJECTS, BATCH, SECONDS = 20, 10, 0.05


@dataclass
class Effects:
    """What a group's processes did: each event once, as a table of handled events makes sure of.

    `takers` are the processes in the order in which they took turns. Events about other `subjects` came from others.
    """

    subjects: Collection[UUID]
    done: dict[UUID, Envelope] = field(default_factory=dict)
    takers: list[int] = field(default_factory=list)
    repeated: int = 0
    longest_pause: float = 0
    _last: float = field(default_factory=time.monotonic)

    async def handle(self, taker: int, events: Sequence[Envelope]) -> None:
        now = time.monotonic()
        self.longest_pause, self._last = max(self.longest_pause, now - self._last), now
        if self.takers[-1:] != [taker]:
            self.takers.append(taker)
        for event in events:
            if event.subject in self.subjects:
                self.repeated += event.id in self.done
                self.done.setdefault(event.id, event)


class Traffic:
    """One process publishes; two share the lanes of the group `shared`, two take turns for the group `alone`."""

    def __init__(self, url: str) -> None:
        self.alone, self.shared = subscription("alone"), subscription("shared", sharing=Sharing.SPREAD)
        self.confirmed: list[Envelope] = []
        self.refused = 0
        self.longest_pause = 0.0
        self._subjects = [uuid7() for _ in range(SUBJECTS)]
        self.effects = {each: Effects(self._subjects) for each in (self.alone, self.shared)}
        self.publisher = AmqpBroker(url, "publisher", listeners=[*self.effects])
        self.listeners = {each: [AmqpBroker(url, each.group) for _ in range(2)] for each in self.effects}
        self._ending = asyncio.Event()
        self._publishing: asyncio.Task[None] | None = None

    @property
    def queues(self) -> list[str]:
        """All quorum queues that it makes."""
        alone, shared = (f"{each.group}.{each.source}" for each in self.effects)
        spread = [f"{shared}.{lane}" for lane in lanes(self.shared)]
        return [alone, f"{alone}.parked", *spread, f"{shared}.parked", f"{shared}.processes"]

    @property
    def brokers(self) -> list[AmqpBroker]:
        return [self.publisher, *itertools.chain.from_iterable(self.listeners.values())]

    async def begin(self) -> None:
        for wanted, brokers in self.listeners.items():
            for number, broker in enumerate(brokers):
                await broker.subscribe(wanted, partial(self.effects[wanted].handle, number))
        self._publishing = asyncio.create_task(self._publish_for_ever())

    async def close(self) -> None:
        """At once, with a batch under way perhaps."""
        if self._publishing is not None:
            self._publishing.cancel()
        await asyncio.gather(*(broker.close() for broker in self.brokers))

    async def end(self) -> None:
        """Returns when all that was ever handed over is confirmed, and has taken effect for both groups."""
        self._ending.set()
        if self._publishing is not None:
            await self._publishing
        while any(len(effects.done) < len(self.confirmed) for effects in self.effects.values()):
            await asyncio.sleep(0.02)

    async def flows(self, events: int = 200) -> None:
        """Returns when so many more are confirmed, and so many more have taken effect for both groups."""
        begun = [
            (counted, len(counted)) for counted in (self.confirmed, *(each.done for each in self.effects.values()))
        ]
        while any(len(counted) < count + events for counted, count in begun):
            await asyncio.sleep(0.02)

    async def _publish_for_ever(self) -> None:
        positions = itertools.count(1)
        while not self._ending.is_set():
            batch = [_event(self._subjects, next(positions)) for _ in range(BATCH)]
            begun = time.monotonic()
            await self._until_confirmed(batch)
            self.longest_pause = max(self.longest_pause, time.monotonic() - begun)
            self.confirmed += batch
            await asyncio.sleep(SECONDS)

    async def _until_confirmed(self, batch: Sequence[Envelope]) -> None:
        while True:
            try:
                return await self.publisher.publish(batch)
            except Fault:
                self.refused += 1
                await asyncio.sleep(0.2)


def _event(subjects: Sequence[UUID], position: int) -> Envelope:
    number, turn = (position - 1) % SUBJECTS, (position - 1) // SUBJECTS
    return make_event(subject=subjects[number], position=position, sequence=turn + 1)


async def move(broker: AmqpBroker, node: Node) -> None:
    """Has its connections made again to that node."""
    for link in (broker._outgoing, broker._incoming):
        while link._nodes._addresses[1].port != node.ports["amqp"]:
            link._nodes.pass_over()
        await link.drop()


def connected(broker: AmqpBroker) -> set[int]:
    """The ports of the nodes to which it is connected."""
    links = (broker._outgoing, broker._incoming)
    return {port for link in links if link._connection and (port := link._connection.url.port)}


def broken(traffic: Traffic) -> list[str]:
    """What is not as promised, for each group: nothing lost, nothing made up, all in their order."""
    said, expected = [], {event.id: event for event in traffic.confirmed}
    for wanted, effects in traffic.effects.items():
        if effects.done != expected:
            said.append(f"{wanted.group}: lost {len(expected.keys() - effects.done.keys())}")
        if not _in_order(wanted, [*effects.done.values()]):
            said.append(f"{wanted.group}: another order")
    return said


def _in_order(wanted: Subscription, done: Sequence[Envelope]) -> bool:
    if wanted.sharing is Sharing.ONE:
        return [event.position for event in done] == [*range(1, len(done) + 1)]
    of_subject: dict[UUID, list[int]] = {}
    for event in done:
        of_subject.setdefault(event.subject, []).append(event.sequence)
    return all(told == [*range(1, len(told) + 1)] for told in of_subject.values())


def report(traffic: Traffic) -> str:
    """The counts, in one line."""
    groups = ", ".join(
        f"{wanted.sharing} {len(effects.done)} once and {effects.repeated} again (pause {effects.longest_pause:.1f} s)"
        for wanted, effects in traffic.effects.items()
    )
    confirmed = f"{len(traffic.confirmed)} confirmed after {traffic.refused} refusals"
    return f"{confirmed} (pause {traffic.longest_pause:.1f} s); {groups}"
