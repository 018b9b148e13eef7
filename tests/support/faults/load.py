"""A steady load: several writers change the incidents of several companies through the gateway, side by side.

What they do is drawn from a seed; when they do it is not, so two runs differ in who comes first.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp

from tests.support.faults.history import Operation, Outcome, acknowledged
from tests.support.faults.intentions import DOCUMENTS, Intentions

_PATIENCE = aiohttp.ClientTimeout(total=20)
_RECOVERS_WITHIN = 120  # seconds


class Load:
    """`keys` are API keys by company code. Requests are called `<name>.<number>`."""

    def __init__(self, url: str, keys: Mapping[str, str], intentions: Intentions, *, seed: str, name: str) -> None:
        self.history: list[Operation] = []
        self._url = f"{url}/graphql"
        self._keys = keys
        self._name = name
        self._intentions = intentions
        self._seed = seed
        self._begun = time.monotonic()
        self._count = 0
        self._running = asyncio.Event()
        self._under_way = 0
        self._tasks: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def running(self, *, writers: int = 8, rate: float = 30) -> AsyncIterator[Self]:
        """`rate` operations a second, at most, by all writers together."""
        self._running.set()
        pause = writers / rate
        self._tasks = [asyncio.create_task(self._write(number, pause)) for number in range(writers)]
        try:
            yield self
        finally:
            await self.still()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._begun

    async def still(self) -> None:
        """Returns when nothing more is under way, until `go_on`."""
        self._running.clear()
        while self._under_way:
            await asyncio.sleep(0.02)

    def go_on(self) -> None:
        self._running.set()

    async def proceeds(self, count: int = 25) -> None:
        """Returns when so many more operations have been acknowledged."""
        until = acknowledged(self.history) + count
        async with asyncio.timeout(_RECOVERS_WITHIN):
            while acknowledged(self.history) < until:
                for task in self._tasks:
                    if task.done():
                        task.result()  # raises what ended it
                await asyncio.sleep(0.05)

    async def _write(self, number: int, pause: float) -> None:
        dice = random.Random(f"{self._seed}/{number}")  # noqa: S311  # to be repeated, not to be secret
        async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
            while True:
                await asyncio.sleep(pause * dice.uniform(0.5, 1.5))
                await self._running.wait()
                self._under_way += 1
                try:
                    await self._operate(session, dice)
                finally:
                    self._under_way -= 1

    async def _operate(self, session: aiohttp.ClientSession, dice: random.Random) -> None:
        self._count += 1
        kind, company, incident, arguments, writes = self._intentions.draw(dice, f"{self._name}-{self._count}")
        operation = Operation(
            request=f"{self._name}.{self._count}", kind=kind, arguments=arguments, writes=writes, began=self.now
        )
        await self._send(operation, session, self._keys[company])
        operation.ended = self.now
        self.history.append(operation)
        self._intentions.learn(operation, company, incident)

    async def _send(self, operation: Operation, session: aiohttp.ClientSession, key: str) -> None:
        headers = {"authorization": f"Bearer {key}", "x-request-id": operation.request}
        body = {"query": DOCUMENTS[operation.kind], "variables": {"input": operation.arguments}}
        try:
            async with session.post(self._url, json=body, headers=headers) as response:
                status, answer = response.status, await response.json(content_type=None)
        except aiohttp.ClientConnectorError as error:
            operation.outcome, operation.reason = Outcome.FAIL, str(error)  # nothing was sent
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            operation.reason = f"{type(error).__name__}: {error}"
        else:
            judge(operation, status, answer)


def judge(operation: Operation, status: int, answer: Any) -> None:
    """Sets the outcome by what the gateway answered. Only a payload says yes or no."""
    data = answer.get("data") if isinstance(answer, dict) else None
    payload = next(iter(data.values()), None) if data else None
    if not payload:
        operation.reason = f"HTTP {status}: {_complaint(answer)}"
        if status == 429:
            operation.outcome = Outcome.FAIL
        return
    operation.answer = payload
    if payload["errors"]:
        operation.outcome = Outcome.FAIL
        operation.reason = " ".join(each["code"] for each in payload["errors"])
    else:
        operation.outcome = Outcome.OK


def _complaint(answer: Any) -> str:
    errors = answer.get("errors") if isinstance(answer, dict) else None
    return str(errors[0]["message"] if errors else answer)[:200]
