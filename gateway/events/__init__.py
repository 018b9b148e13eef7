"""What the gateway listens to. It keeps nothing, so it needs no inbox: dropping a cache twice does no harm."""

from collections.abc import Sequence
from uuid import UUID

from chassis.broker import Broker, Subscription
from chassis.events import Envelope
from gateway.identity.grants import Grants

_GRANTS_CHANGED = "grants.changed.v1"


async def listen(broker: Broker, grants: Grants) -> None:
    """From now on a change of rights is felt at once."""

    async def drop(events: Sequence[Envelope]) -> None:
        for event in events:
            if event.data.get("everyone"):
                grants.drop_all()
            grants.drop({UUID(each) for each in event.data.get("user_ids", ())})

    wanted = Subscription(group="gateway", source="access", types=frozenset({_GRANTS_CHANGED}))
    await broker.subscribe(wanted, drop)
