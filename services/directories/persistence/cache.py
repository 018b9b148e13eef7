"""The whole directory in memory: a few hundred entries that everybody reads and hardly anybody changes.

A change committed in this process is seen at once, one of another process within a second: the next reader after that
time compares the stamp of the revision, one statement, and everything is read anew when it has moved.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final
from uuid import UUID

from sqlalchemy import select

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from services.directories.domain.entries import Directory
from services.directories.persistence.reading import WITH_TEXTS, to_entry
from services.directories.persistence.rows import RevisionRow

CHECK_SECONDS: Final = 1.0
_ACTOR: Final = Actor.system("directory in memory", EVERY_COMPANY)


class DirectoryCache:
    """`clock` gives seconds that never go back."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._turn = asyncio.Lock()
        self._directory = Directory.of(())
        self._stamp: UUID | None = None
        self._changes_told = 0
        self._changes_seen = -1
        self._check_at = 0.0
        database.when_emitted(self.expire)

    def expire(self) -> None:
        """The next reader checks. A check that is under way does not count: it may have begun too early."""
        self._changes_told += 1

    async def current(self) -> Directory:
        """Everything there is, whoever may see it. Raises Fault."""
        if not self._fresh():
            async with self._turn:  # many readers wait for one check
                if not self._fresh():
                    await self._check()
        return self._directory

    def _fresh(self) -> bool:
        return self._changes_seen == self._changes_told and self._clock() < self._check_at

    async def _check(self) -> None:
        changes, begun = self._changes_told, self._clock()
        stamp = await self._read_stamp()
        if stamp != self._stamp:
            self._directory = await self._read()
            self._stamp = stamp
        self._changes_seen, self._check_at = changes, begun + CHECK_SECONDS

    async def _read_stamp(self) -> UUID | None:
        """Read before the entries: a change in between is found by the next check, never missed."""
        async with self._database.engine.connect() as connection:
            return await connection.scalar(select(RevisionRow.stamp))

    async def _read(self) -> Directory:
        async with self._database.read(_ACTOR) as session:
            found = (await session.execute(WITH_TEXTS)).all()
        return Directory.of(to_entry(row, texts) for row, texts in found)
