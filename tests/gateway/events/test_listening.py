"""What access tells over the broker ends what the gateway remembers, before the five seconds are over."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.broker.in_process import InProcessBroker
from chassis.events import Envelope
from gateway.events import listen
from tests.support.gateway_world import MINE, World, new_actor

KEY = "ir_a_1"


def envelope(type: str, data: dict[str, Any], source: str = "access") -> Envelope:
    return Envelope(
        id=uuid4(),
        source=source,
        type=type,
        subject=uuid4(),
        company_id=None,
        sequence=1,
        position=1,
        time=datetime.now(UTC),
        data=data,
    )


async def heard(event: Envelope) -> list[set[UUID]]:
    broker, forgotten = InProcessBroker(), []
    await listen(broker, lambda users: forgotten.append(set(users)))
    await broker.publish([event])
    return forgotten


async def test_a_change_of_grants_names_its_users() -> None:
    users = [uuid4(), uuid4()]

    assert await heard(envelope("grants.changed.v1", {"user_ids": [str(user) for user in users]})) == [set(users)]


async def test_the_end_of_a_session_names_its_user() -> None:
    user = uuid4()

    assert await heard(envelope("session.ended.v1", {"user_id": str(user)})) == [{user}]


@pytest.mark.parametrize(("type", "source"), [("grants.changed.v1", "files"), ("company.changed.v1", "access")])
async def test_other_events_are_not_listened_to(type: str, source: str) -> None:
    assert await heard(envelope(type, {"user_ids": [str(uuid4())]}, source)) == []


async def test_a_withdrawn_right_ends_with_its_event(world: World) -> None:
    broker, user = InProcessBroker(), uuid4()
    await world.gateway.subscribe(broker)
    world.access.lets_in(KEY, new_actor(user, audit_read=[MINE]))
    assert (await world.ask("{ audit }", key=KEY)).codes == []

    world.access.lets_in(KEY, new_actor(user))
    assert (await world.ask("{ audit }", key=KEY)).codes == []
    await broker.publish([envelope("grants.changed.v1", {"user_ids": [str(user)]})])
    assert (await world.ask("{ audit }", key=KEY)).codes == ["UNAUTHORIZED_FIELD_OR_TYPE"]
