"""Waiting for a server that does not answer: longer each time, with a limit, telling the person once.

A fixed pause would make many clients come back in step after a restart, so each pause is drawn at random.
"""

import asyncio
import random
import time
from collections.abc import Callable

from client.errors import ServerProblem, Unavailable

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 5.0


class Outage:
    """What all requests of one run know of the server: whether it ever answered, and whether it is away now."""

    def __init__(self, url: str, *, patience: float, first_patience: float, tell: Callable[[str], None]) -> None:
        self.url = url
        self._patience = patience
        self._first_patience = min(patience, first_patience)
        self._tell = tell
        self._answered = False
        self._away = False

    @property
    def limit(self) -> float:
        """Seconds until a request is given up; shorter for a server that never answered: its address may be wrong."""
        return self._patience if self._answered else self._first_patience

    def noticed(self, problem: Unavailable) -> None:
        if not self._away:
            self._away = True
            self._tell(f"No answer from {self.url} ({problem}); trying again for {self.limit:.0f} s.")

    def answered(self) -> None:
        if self._away:
            self._tell(f"{self.url} answers again.")
        self._away, self._answered = False, True


class Backoff:
    """The pauses of one request."""

    def __init__(self, outage: Outage) -> None:
        self._outage = outage
        self._began: float | None = None
        self._pause = FIRST_PAUSE

    async def wait(self, problem: Unavailable) -> None:
        """Raises ServerProblem once the patience is used up."""
        now = time.monotonic()
        self._began = now if self._began is None else self._began
        left = self._began + self._outage.limit - now
        if left <= 0:
            raise ServerProblem(f"Gave up: no answer from {self._outage.url} for {now - self._began:.0f} s ({problem})")
        self._outage.noticed(problem)
        chosen = self._pause * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing.
        await asyncio.sleep(min(max(chosen, problem.after), left))
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
