"""Which moments of their own definition do these incidents tell?"""

from collections.abc import Sequence
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, finding
from services.incidents.domain.custom_timestamps import MOST_TIMESTAMPS
from services.incidents.persistence.parts import Parts
from services.incidents.persistence.timestamp_rows import TimestampRow


def custom_timestamps(read: OpenRead, actor: Actor) -> DataLoader[UUID, Sequence[TimestampRow] | None]:
    """All of them, in one statement for all incidents of a page."""
    return finding(
        read, lambda session, ids: Parts(session, actor, TimestampRow).pages(ids, MOST_TIMESTAMPS, after=None)
    )
