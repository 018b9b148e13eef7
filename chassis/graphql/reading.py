"""Reading for one request: loaders that read at the same time do so in one transaction, one after another."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeAlias

from chassis.database import ReadSession

Transaction: TypeAlias = AbstractAsyncContextManager[ReadSession]


class SharedReads:
    """A transaction costs more than most of what is read in it, and a connection that others may wait for.

    Whoever reads must not begin to read again meanwhile: that would wait for itself.
    """

    def __init__(self, begin: Callable[[], Transaction]) -> None:
        self._begin = begin
        self._turn = asyncio.Lock()
        self._readers = 0
        self._current: tuple[Transaction, ReadSession] | None = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """In the transaction of those who read already, if any; the last one ends it. After an error others begin anew:
        PostgreSQL answers nothing more in a transaction where a statement failed.
        """
        self._readers += 1
        try:
            async with self._turn:
                if self._current is None:
                    transaction = self._begin()
                    self._current = transaction, await transaction.__aenter__()
                try:
                    yield self._current[1]
                except BaseException as error:
                    await self._end(error)
                    raise
        finally:
            self._readers -= 1
            if not self._readers:
                await self._end()

    async def _end(self, error: BaseException | None = None) -> None:
        current, self._current = self._current, None
        if current is not None:
            told = (None, None, None) if error is None else (type(error), error, error.__traceback__)
            await current[0].__aexit__(*told)
