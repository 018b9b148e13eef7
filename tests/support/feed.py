"""The public feed under test: what is in it, whoever may see it."""

from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import select

from chassis.events import Envelope
from services.notifications.persistence.feed_rows import FeedEventRow
from tests.support.services import SYSTEM, RunningService

Tell = Callable[[Sequence[Envelope]], Awaitable[None]]


async def whole_feed(service: RunningService) -> list[FeedEventRow]:
    """In its order."""
    async with service.database.read(SYSTEM, through=("view", "system")) as session:
        return list(await session.scalars(select(FeedEventRow).order_by(FeedEventRow.position)))
