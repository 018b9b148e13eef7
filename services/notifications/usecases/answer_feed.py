"""Answering the gateway for those who follow the feed by HTTP: a stretch of it, waited for if there is none."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from chassis.graphql.context import GraphRequest
from services.notifications.domain.outside import cloud_event
from services.notifications.usecases.read_feed import Asked, PublicFeed

_LONGEST_WAIT: Final = 2.0
"""Who asks anew is looked at anew, so that nothing is told for longer to one who has lost the right to it."""


class FeedQuestion(BaseModel):
    """`wait_seconds` is how long to wait for something to be told."""

    after: str | None = None
    since: AwareDatetime | None = None
    companies: list[UUID] | None = None
    types: list[str] | None = None
    first: int = Field(default=100, ge=1, le=500)
    wait_seconds: float = Field(default=0.0, ge=0, le=_LONGEST_WAIT)


async def answer_feed(
    feed: PublicFeed, registry: str | None, request: GraphRequest, asked: FeedQuestion
) -> dict[str, Any]:
    """`registry` is where outsiders find the gateway."""
    since: datetime | None = asked.since
    wanted = Asked(after=asked.after, since=since, companies=asked.companies, types=asked.types)
    page = await feed.page(request.actor, wanted, asked.first, wait_seconds=asked.wait_seconds)
    events = [
        {"cursor": seen.cursor, "event": cloud_event(seen.event, numbered=seen.numbered, registry=registry)}
        for seen in page.events
    ]
    return {"events": events, "cursor": page.cursor, "more": page.more}
