"""One person's requests, one after another, and what they cost: processor time of the whole registry, and the clock."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from benchmarks.people.crowd import PASSWORD
from benchmarks.processes import processor_seconds
from benchmarks.system import System

ME: Final = """
{ me { user { name } showsModuleLink
       permissions { permission everyCompany companies(first: 10) { nodes { id name } } } } }
"""
LIST: Final = "{ incidents(first: 50) { nodes { id reference title registeredAt company { name } } } }"


@dataclass(frozen=True, slots=True)
class Turn:
    """Milliseconds per request: by the clock, and of processors by program."""

    clock: float
    used: Mapping[str, float]

    @property
    def processor(self) -> float:
        return sum(self.used.values())


class Person:
    """Somebody with a mail address, at one registry."""

    def __init__(self, system: System, mail: str, session: aiohttp.ClientSession) -> None:
        self._system = system
        self._mail = mail
        self._session = session
        self._cookie = ""

    async def sign_in(self) -> None:
        """The cookie is for secure connections only, so it is carried by hand."""
        body = {"email": self._mail, "password": PASSWORD}
        async with self._session.post(f"{self._system.url}/auth/sign-in", json=body) as answer:
            told = await answer.json()
            if answer.status != 200:
                raise RuntimeError(told)
            self._cookie = answer.headers["set-cookie"].partition(";")[0]

    async def ask(self, query: str, **variables: Any) -> Any:
        headers, body = {"cookie": self._cookie}, {"query": query, "variables": variables}
        async with self._session.post(self._system.graph, json=body, headers=headers) as answer:
            told = await answer.json()
        if told.get("errors"):
            raise RuntimeError(told["errors"])
        return told["data"]

    async def sign_in_and_ask_first(self) -> None:
        await self.sign_in()
        await self.ask("{ me { user { name } } }")


async def timed(system: System, times: int, request: Callable[[], Awaitable[Any]]) -> Turn:
    before, began = processor_seconds(system.pid), time.perf_counter()
    for _ in range(times):
        await request()
    passed = time.perf_counter() - began
    used = {name: spent - before.get(name, 0) for name, spent in processor_seconds(system.pid).items()}
    return Turn(passed / times * 1000, {name: spent / times * 1000 for name, spent in used.items() if spent > 0})
