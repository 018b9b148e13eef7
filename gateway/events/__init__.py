"""What the gateway listens to. It keeps nothing, so it needs no inbox: dropping a cache twice does no harm."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from chassis.broker import Broker, Sharing, Subscription
from chassis.events import Envelope

_TYPES = frozenset({"grants.changed.v1", "session.ended.v1"})


async def listen(broker: Broker, forget: Callable[[Collection[UUID]], None]) -> None:
    """From now on a change of rights, or the end of a session, is felt at once: `forget` gets the users."""

    async def drop(events: Sequence[Envelope]) -> None:
        for event in events:
            forget(_users(event.data))

    wanted = Subscription(group="gateway", source="access", types=_TYPES, sharing=Sharing.EACH)
    await broker.subscribe(wanted, drop)


def _users(told: Mapping[str, Any]) -> set[UUID]:
    """Those whose rights or keys changed, or the one who signed out, maybe at another gateway."""
    ended = [told["user_id"]] if "user_id" in told else []
    return {UUID(each) for each in (*told.get("user_ids", ()), *ended)}
