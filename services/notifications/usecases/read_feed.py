"""The public feed as its readers ask it: a page behind a cursor or from a time on, or all that comes."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from chassis.errors import Invalid
from chassis.events import TYPE_PREFIX
from services.notifications.domain.cursors import Cursors
from services.notifications.domain.following import sees_number
from services.notifications.domain.outside import Told
from services.notifications.domain.public_events import TYPES
from services.notifications.persistence.feed import Wanted, cursor_key, head_of_feed, position_before
from services.notifications.usecases.follow_feed import Tail, follow, read_feed

LONGEST_PAGE: Final = 500
_SYSTEM: Final = Actor.system("feed", EVERY_COMPANY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Behind the cursor `after`, else from the time `since` on, else from the oldest that is kept."""

    after: str | None = None
    since: datetime | None = None
    companies: Collection[UUID] | None = None
    types: Collection[str] | None = None
    of_incidents: bool = False

    def wanted(self) -> Wanted:
        """Raises Invalid for a type of event that there is not."""
        companies = None if self.companies is None else frozenset(self.companies)
        return Wanted(companies, None if self.types is None else _known(self.types), self.of_incidents)


@dataclass(frozen=True, slots=True)
class Seen:
    """An event as one reader gets it: with its cursor, and its number where that is nobody else's business."""

    event: Told
    cursor: str
    numbered: bool


@dataclass(frozen=True, slots=True)
class FeedPage:
    """`cursor` is where to go on, though there may be no event; `more` tells that there are some behind it now."""

    events: Sequence[Seen]
    cursor: str
    more: bool


class PublicFeed:
    """Of one process; `tail` is told to close when it ends."""

    def __init__(self, database: Database) -> None:
        self.tail = Tail(database)
        self._database = database
        self._cursors: Cursors | None = None

    async def page(self, actor: Actor, asked: Asked, first: int, *, wait_seconds: float = 0) -> FeedPage:
        """Waits so long for something to be there. Raises Invalid."""
        if not 1 <= first <= LONGEST_PAGE:
            raise Invalid(f"first must be between 1 and {LONGEST_PAGE}.", field=("first",))
        wanted, cursors, position = asked.wanted(), await self._known_cursors(), await self._begin(asked)
        stretch = await read_feed(self._database, actor, position, wanted, first)
        if wait_seconds and not stretch.events and not stretch.more:
            await self._wait(actor, wanted, stretch.position, wait_seconds)
            stretch = await read_feed(self._database, actor, stretch.position, wanted, first)
        events = [self._seen(event, actor, cursors) for event in stretch.events]
        return FeedPage(events, cursors.written(stretch.position), stretch.more)

    async def follow(self, actor: Actor, asked: Asked) -> AsyncGenerator[Seen, None]:
        """What there is behind the cursor, else from now on, until it is closed. Raises Invalid at once."""
        wanted, cursors = asked.wanted(), await self._known_cursors()
        after = None if asked.after is None else await self._begin(asked)
        events = follow(self._database, self.tail, actor, wanted, after)

        async def seen() -> AsyncGenerator[Seen, None]:
            try:
                async for event in events:
                    yield self._seen(event, actor, cursors)
            finally:
                await events.aclose()

        return seen()

    def _seen(self, event: Told, actor: Actor, cursors: Cursors) -> Seen:
        return Seen(event, cursors.written(event.position), sees_number(actor, event.stream, event.company_id))

    async def _wait(self, actor: Actor, wanted: Wanted, position: int, seconds: float) -> None:
        """Until there is something behind the position, or for so long."""
        async with self.tail.joined(actor, wanted) as listener:
            if listener.start > position:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await listener.waiting.get()

    async def _begin(self, asked: Asked) -> int:
        if asked.after is None and asked.since is not None:
            async with self._database.read(_SYSTEM, through=("view", "feed", "system")) as session:
                return await position_before(asked.since, session)
        async with self._database.read(_SYSTEM, through=()) as session:
            head = await head_of_feed(session)
        if asked.after is None:
            return head.dropped
        position = (await self._known_cursors()).read(asked.after, field="after")
        if position < head.dropped:
            raise Invalid(
                "What follows this cursor is not kept any more: fetch what you follow, and go on with since.",
                field=("after",),
            )
        return position

    async def _known_cursors(self) -> Cursors:
        if self._cursors is None:
            async with self._database.work(_SYSTEM) as work:
                self._cursors = Cursors(await cursor_key(work.session))
        return self._cursors


def _known(types: Collection[str]) -> frozenset[str]:
    named = frozenset(each.removeprefix(TYPE_PREFIX) for each in types)
    if unknown := sorted(named - TYPES):
        raise Invalid(f"No such type of event: {', '.join(unknown)[:200]}. docs/events.md lists all.", field=("types",))
    return named
