"""Whether a clock tells what is hidden from what never was: a thousand interleaved pairs of requests, and medians.

Of each pair chance decides which comes first. Were the two the same, it would not matter which of a pair is called the
hidden one: how often shuffled pairs differ in their medians as much as the real ones is the probability p.
"""

import os
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final
from uuid import uuid4

import aiohttp

from benchmarks.results import Figure
from benchmarks.system import System, running_system
from deploy.local.postgres import PostgresServer

PAIRS: Final = int(os.environ.get("REGISTRY_TIMING_PAIRS", "1000"))
SIGN_INS: Final = PAIRS // 4  # a hash is slow on purpose
SHUFFLES: Final = 1000
_ASK: Final = "query ($id: ID!) { incident(id: $id) { title history { totalCount } } }"
_EDIT: Final = """
mutation ($id: ID!) { editIncident(input: {id: $id, expectedVersion: 1, title: "Mine"}) { errors { code } } }
"""
_REGISTER: Final = """
mutation ($code: String!) { registerIncident(input: {title: "Mine", company: {code: $code}}) { errors { code } } }
"""
_LIST: Final = "{ incidents(first: 100) { nodes { id company { code } } } }"
Measured = Sequence[tuple[float, float]]  # milliseconds of what is hidden, and of what never was
Ask = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Pair:
    """`ask` is given the name of the hidden thing, or one of `absent`."""

    name: str
    hidden: str
    absent: Callable[[], str]
    ask: Ask
    afterwards: Callable[[], Awaitable[None]] | None = None
    pairs: int = PAIRS


def shuffled_medians(measured: Measured, seed: int = 1) -> float:
    """The probability that pairs whose members are alike have medians as far apart as these, at least."""
    chance = random.Random(seed)  # noqa: S311  # no secret
    apart, farther = _apart(measured), 0
    for _ in range(SHUFFLES):
        farther += _apart([pair if chance.random() < 0.5 else pair[::-1] for pair in measured]) >= apart
    return (farther + 1) / (SHUFFLES + 1)


def _apart(measured: Measured) -> float:
    hidden, absent = (median(taken) for taken in zip(*measured, strict=True))
    return float(abs(hidden - absent))


async def measure_timing() -> tuple[list[Figure], list[str]]:
    figures: list[Figure] = []
    async with running_system() as system, aiohttp.ClientSession() as session:
        for pair in await _pairs(system, session):
            figures += _figures(pair.name, await _measure(pair))
    return figures, [
        f"{PAIRS} pairs each, {SIGN_INS} of sign-ins, in an order of chance; p from {SHUFFLES} shuffles.",
        "The last pair is one that must differ.",
    ]


async def _measure(pair: Pair) -> Measured:
    chance = random.Random(1)  # noqa: S311  # no secret
    measured = []
    for _ in range(pair.pairs + 1):
        absent, taken = pair.absent(), {}
        for name in chance.sample([pair.hidden, absent], 2):
            began = time.perf_counter()
            await pair.ask(name)
            taken[name] = (time.perf_counter() - began) * 1000
        measured.append((taken[pair.hidden], taken[absent]))
        if pair.afterwards is not None:
            await pair.afterwards()
    return measured[1:]  # some things are made once


def _figures(name: str, measured: Measured) -> list[Figure]:
    hidden, absent = (median(taken) for taken in zip(*measured, strict=True))
    return [
        Figure(f"{name}: median", hidden, "ms", hidden / absent, "what never was"),
        Figure(f"{name}: p of a difference of medians as large by chance", shuffled_medians(measured), ""),
    ]


async def _pairs(system: System, session: aiohttp.ClientSession) -> list[Pair]:
    def ask(key: str, query: str, variable: str) -> Ask:
        async def ask(name: str) -> None:
            await _post(session, system, key, query, {variable: name})

        return ask

    reader, officer, admin = (system.key(name) for name in ("reader", "officer", "admin"))
    listed = (await _post(session, system, admin, _LIST, {}))["data"]["incidents"]["nodes"]
    foreign = next(each["id"] for each in listed if each["company"]["code"] == "HARBOUR")
    own = next(each["id"] for each in listed if each["company"]["code"] == "STEPPE")
    return [
        Pair("a foreign incident, asked for", foreign, _some_id, ask(reader, _ASK, "id")),
        Pair("a foreign incident, edited", foreign, _some_id, ask(officer, _EDIT, "id")),
        Pair("a foreign company, named by its code", "HARBOUR", _some_code, ask(officer, _REGISTER, "code")),
        _sign_ins(session, system),
        Pair("an own incident, asked for", own, _some_id, ask(reader, _ASK, "id")),
    ]


def _some_id() -> str:
    return str(uuid4())


def _some_code() -> str:
    return f"X{random.randrange(10**6):06}"  # noqa: S311  # no secret


def _some_mail() -> str:
    return f"o{random.randrange(10**6):06}@example.org"  # noqa: S311  # likewise


def _sign_ins(session: aiohttp.ClientSession, system: System) -> Pair:
    """Attempts are forgotten after each pair; they would be made to wait else."""
    database = PostgresServer.at_its_last_address(system.data / "postgres")

    async def ask(mail: str) -> None:
        body = {"email": mail, "password": "certainly not the password"}
        async with session.post(f"{system.url}/auth/sign-in", json=body) as answer:
            assert answer.status == 401, await answer.text()

    async def forget() -> None:
        async with database.session("registry_access") as access:
            await access.execute("TRUNCATE sign_in_attempt")

    name = "a known mail address, with a wrong password"
    return Pair(name, "officer@example.org", _some_mail, ask, forget, SIGN_INS)


async def _post(
    session: aiohttp.ClientSession, system: System, key: str, query: str, variables: Mapping[str, Any]
) -> dict[str, Any]:
    body, headers = {"query": query, "variables": variables}, {"authorization": f"Bearer {key}"}
    async with session.post(system.graph, json=body, headers=headers) as answer:
        found: dict[str, Any] = await answer.json()
        return found
