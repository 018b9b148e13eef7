"""Following the feed as it grows: one look at the database for all who listen in this process.

Whoever begins somewhere in the past reads up to where all others are, and is then told with them. Who is slow to take
what comes is told nothing more from memory, and reads what it missed: nothing is lost, and nothing waits without bound.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from chassis.access import EVERY_COMPANY, Actor, Companies, within
from chassis.database import Database
from chassis.errors import Fault
from services.notifications.domain.following import Confided, sees
from services.notifications.domain.outside import Told
from services.notifications.persistence.feed import (
    WALLS,
    Feed,
    Stretch,
    Wanted,
    confided_incidents,
    head_of_feed,
    whole_feed,
)

_LOOK_SECONDS: Final = 0.025
_AGAIN_SECONDS: Final = 1.0
_WAITING: Final = 100
_PAGE: Final = 100
_SYSTEM: Final = Actor.system("feed", EVERY_COMPANY)
_log = structlog.get_logger(__name__)


@dataclass(eq=False, slots=True)
class Listener:
    """One who listens from `start` on. `missed` is set when something had no room any more."""

    actor: Actor
    wanted: Wanted
    start: int
    waiting: asyncio.Queue[Told] = field(default_factory=lambda: asyncio.Queue(_WAITING))
    missed: bool = False

    def tell(self, event: Told, confided: Confided | None) -> None:
        if self.missed or not self.wanted.includes(event):
            return
        of_incident = event.incident_id is not None
        if sees(self.actor, event.stream, event.company_id, of_incident=of_incident, confided=confided):
            try:
                self.waiting.put_nowait(event)
            except asyncio.QueueFull:
                self.missed = True


class Tail:
    """What this process knows of the feed's end, while anybody listens."""

    def __init__(self, database: Database, *, look_seconds: float = _LOOK_SECONDS) -> None:
        self._database = database
        self._look_seconds = look_seconds
        self._audiences: dict[Companies, set[Listener]] = {}
        self._position = 0
        self._beginning = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def joined(self, actor: Actor, wanted: Wanted) -> AsyncIterator[Listener]:
        """Everything behind the listener's `start` is told to it. Raises Fault when nobody knows where that is."""
        async with self._beginning:
            if self._looking is None:
                self._position = await self._head()
                self._looking = asyncio.create_task(self._look())
        listener, companies = Listener(actor, wanted, self._position), actor.anywhere()
        self._audiences.setdefault(companies, set()).add(listener)
        try:
            yield listener
        finally:
            self._leave(listener, companies)

    async def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])
            self._looking = None

    def _leave(self, listener: Listener, companies: Companies) -> None:
        audience = self._audiences[companies]
        audience.discard(listener)
        if not audience:
            del self._audiences[companies]
        if not self._audiences and self._looking is not None:
            self._looking.cancel()
            self._looking = None

    async def _look(self) -> None:
        while True:
            try:
                pause = self._look_seconds if await self._read() < _PAGE else 0
            except (Fault, SQLAlchemyError, OSError) as error:
                _log.warning("feed.unread", reason=str(error))
                pause = _AGAIN_SECONDS
            await asyncio.sleep(pause)

    async def _read(self) -> int:
        """Tells what is new; how many events that were."""
        if await self._head() <= self._position:
            return 0
        async with self._database.read(_SYSTEM, through=(*WALLS, "system")) as session:
            stretch = await whole_feed(self._position, _PAGE, session)
            known = await confided_incidents(stretch.events, session)
        for event in stretch.events:
            self._tell(event, known)
        self._position = stretch.position
        return len(stretch.events)

    def _tell(self, event: Told, known: Mapping[UUID, Confided]) -> None:
        """Scopes are mostly shared, so that few of them are compared with the event."""
        confided = None if event.incident_id is None else known.get(event.incident_id)
        for companies, audience in self._audiences.items():
            if event.company_id is None or within(companies, event.company_id):
                for listener in audience:
                    listener.tell(event, confided)

    async def _head(self) -> int:
        async with self._database.read(_SYSTEM, through=()) as session:
            return (await head_of_feed(session)).position


async def read_feed(database: Database, actor: Actor, position: int, wanted: Wanted, first: int) -> Stretch:
    async with database.read(actor, through=WALLS) as session:
        return await Feed(session, actor).behind(position, wanted, first)


async def follow(
    database: Database, tail: Tail, actor: Actor, wanted: Wanted, after: int | None
) -> AsyncGenerator[Told, None]:
    """Each event once and in order, behind the position `after` or from now on, until it is closed."""
    position = after
    while True:
        async with tail.joined(actor, wanted) as listener:
            position = listener.start if position is None else position
            while position < listener.start:
                stretch = await read_feed(database, actor, position, wanted, _PAGE)
                for event in stretch.events:
                    yield event
                position = stretch.position
            while not (listener.missed and listener.waiting.empty()):
                event = await listener.waiting.get()
                if event.position > position:
                    yield event
                    position = event.position
