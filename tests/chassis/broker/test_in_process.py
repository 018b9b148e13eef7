"""What the in-process broker promises beyond the contract: its confirmation means that all groups are done."""

import asyncio
from collections.abc import Sequence

import pytest

from chassis.broker import Subscription
from chassis.broker.in_process import InProcessBroker
from chassis.errors import Fault
from chassis.events import Envelope
from tests.support.events import make_event


def subscription(group: str) -> Subscription:
    return Subscription(group=group, source="things", types=frozenset({"thing.changed.v1"}))


async def test_a_publish_is_confirmed_only_after_every_group_has_taken_the_events() -> None:
    broker, gate, taken = InProcessBroker(), asyncio.Event(), list[str]()

    async def quick(_: Sequence[Envelope]) -> None:
        taken.append("quick")

    async def slow(_: Sequence[Envelope]) -> None:
        await gate.wait()
        taken.append("slow")

    await broker.subscribe(subscription("quick"), quick)
    await broker.subscribe(subscription("slow"), slow)
    publishing = asyncio.create_task(broker.publish([make_event()]))
    for _ in range(10):
        await asyncio.sleep(0)
    assert taken == ["quick"]
    assert not publishing.done()
    gate.set()
    await publishing
    assert taken == ["quick", "slow"]


async def test_a_refusal_is_reported_with_the_group_and_the_reason_after_all_are_done() -> None:
    broker, taken = InProcessBroker(), list[str]()

    async def refuse(_: Sequence[Envelope]) -> None:
        raise RuntimeError("no room")

    async def take(_: Sequence[Envelope]) -> None:
        await asyncio.sleep(0)
        taken.append("taken")

    await broker.subscribe(subscription("stubborn"), refuse)
    await broker.subscribe(subscription("willing"), take)
    with pytest.raises(Fault, match="stubborn: RuntimeError: no room"):
        await broker.publish([make_event()])
    assert taken == ["taken"]


async def test_cancelling_a_publish_cancels_its_handlers_and_frees_the_turn() -> None:
    broker, ends, started = InProcessBroker(), list[str](), asyncio.Event()

    async def handle(_: Sequence[Envelope]) -> None:
        if started.is_set():
            ends.append("done")
            return
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ends.append("cancelled")
            raise

    await broker.subscribe(subscription("readers"), handle)
    publishing = asyncio.create_task(broker.publish([make_event()]))
    await started.wait()
    publishing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await publishing
    await broker.publish([make_event()])
    assert ends == ["cancelled", "done"]


async def test_a_handler_that_was_cancelled_from_within_has_not_taken_its_events() -> None:
    broker = InProcessBroker()

    async def handle(_: Sequence[Envelope]) -> None:
        raise asyncio.CancelledError

    await broker.subscribe(subscription("readers"), handle)
    with pytest.raises(Fault):
        await broker.publish([make_event()])
