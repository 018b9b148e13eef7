"""Asking what the matrix has, and judging the answers."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import orjson

from chassis.settings import load
from deploy.local.all_in_one import AllInOne
from deploy.local.environment import Surroundings
from gateway.app import new_gateway
from gateway.settings import GatewaySettings
from tests.support.matrix import Question
from tests.support.matrix_values import Target
from tests.support.matrix_world import MIXED, World

_GATEWAY: Final = "http://gateway-of-the-matrix"
_ROOM: Final = {
    "GATEWAY_LIMIT_TOKENS": "50000",
    "GATEWAY_LIMIT_DEPTH": "40",
    "GATEWAY_LIMIT_FIELDS": "50000",
    "GATEWAY_LIMIT_COST": "1000000000",
    "GATEWAY_LIMIT_COST_PER_MINUTE": "1000000000",
}
_CODE: Final = re.compile(r'"(?:extensions":\{|__typename":"UserError",)"code":"([A-Z_]+)"')
_CURSOR: Final = re.compile(rb'"cursor":"[\w-]{22}"')  # of the feed: never the same twice
_FIRST_SECONDS: Final = 3.0
_QUIET_SECONDS: Final = 0.5
_EXPECTED: Final = {
    "UNAUTHORIZED_FIELD_OR_TYPE", "COMPANY_NOT_FOUND", "NOT_FOUND", "DENIED", "CONFLICT", "INVALID", "BAD_USER_INPUT",
    "UNAUTHENTICATED",
}  # fmt: skip


def open_wide(system: AllInOne, surroundings: Surroundings) -> None:
    """A gateway of the matrix's own: its documents are larger than anybody else's may be."""
    settings = load(GatewaySettings, "GATEWAY", surroundings.of_gateway() | _ROOM)
    system.transport.applications[urlsplit(_GATEWAY).netloc] = new_gateway(settings, system.transport).application


@dataclass(frozen=True, slots=True)
class Probe:
    """`question` names things of the target `about`; `absent` is the same question of what never was."""

    caller: str
    about: str
    question: Question
    absent: Question


class Prober:
    """Sends probes through the gateway as HTTP requests, and reads every byte that comes back."""

    def __init__(self, system: AllInOne, world: World) -> None:
        self._system = system
        self._world = world
        self.requests = 0
        self.paths = 0

    async def complaints(self, probe: Probe, *, alone: bool = False) -> list[str]:
        """What is wrong with the answers; nothing when all is well.

        Where the tables are `alone`, some things are open to everybody, and refusals have no words for people.
        """
        answer = await self.bytes_of(probe.caller, probe.question)
        leaked = set(self.leaks(probe.caller, probe.question, answer)) - (self._world.beyond_tables if alone else set())
        found = [f"leaked {leak!r}" for leak in sorted(leaked)]
        found += [] if alone or probe.question.is_told else await self._tells_apart(probe, answer)
        return [f"{probe.caller}, {probe.question.document} {probe.question.variables}: {each}" for each in found]

    async def _tells_apart(self, probe: Probe, answer: bytes) -> list[str]:
        found = [f"answered {code}" for code in codes(answer) - _EXPECTED]
        if probe.question.named and self._world.is_hidden(probe.about, probe.caller):
            absent = await self.bytes_of(probe.caller, probe.absent)
            if self._neutral(answer, probe.about) != self._neutral(absent, self._world.absent_for(probe.about)):
                found.append(f"{probe.about} {answer!r} is not absent {absent!r}")
        return found

    async def bytes_of(self, caller: str, question: Question) -> bytes:
        """Status, headers and body."""
        return await self.bytes_for(self._world.keys[caller], question)

    async def bytes_for(self, api_key: str, question: Question) -> bytes:
        signed_in = {"authorization": f"Bearer {api_key}"} if api_key else {}
        headers = {**signed_in, "content-type": "application/json", "x-request-id": "probe"}
        self.requests += 1
        self.paths += question.paths
        body = orjson.dumps({"query": question.document, "variables": question.variables})
        if question.is_told:
            return await self._told(body, {**headers, "accept": "text/event-stream"})
        answer = await self._system.transport.post(f"{_GATEWAY}/graphql", body, headers, timeout=30)
        return orjson.dumps([answer.status, dict(answer.headers)]) + answer.body

    async def _told(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        """Status and all events, until nothing more comes for a while."""
        url, told = f"{_GATEWAY}/graphql", b""
        async with self._system.transport.stream(url, body, headers, timeout=30) as answer:
            with suppress(StopAsyncIteration, TimeoutError):
                while True:
                    async with asyncio.timeout(_QUIET_SECONDS if told else _FIRST_SECONDS):
                        told += await anext(answer.chunks)
            return str(answer.status).encode() + told

    def leaks(self, caller: str, question: Question, answer: bytes) -> list[str]:
        """The canaries in it that `caller` must not see; what the question itself named is no news."""
        text, asked = answer.decode().lower(), orjson.dumps(question.variables).decode().lower()
        return [canary for canary in self._world.hidden_from(caller) if canary in text and canary not in asked]

    def _neutral(self, answer: bytes, about: str) -> bytes:
        return neutral(answer, self._world.targets["foreign" if about == MIXED else about])


def codes(answer: bytes) -> set[str]:
    """All error codes in it, those of payloads too; anything unexpected hides what the probe was to look at."""
    return set(_CODE.findall(answer.decode()))


def neutral(answer: bytes, target: Target) -> bytes:
    """Without the names that tell one target from another."""
    answer = _CURSOR.sub(b'"cursor":"<place>"', answer)
    for word in target.words():
        answer = answer.replace(word.encode(), b"<named>")
    return answer
