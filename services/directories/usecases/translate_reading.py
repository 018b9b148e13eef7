"""Translating texts for somebody who reads them now.

Nothing of them is stored. An answer that comes too late for the one who asked waits in memory for the same question,
which nobody can ask who does not have the texts.
"""

import asyncio
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final, TypeAlias

import orjson
import structlog
from pydantic import BaseModel

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from chassis.locales import canonical
from services.directories.domain.glossary import Glossary, relevant
from services.directories.domain.machine import Machine, NotTranslated, Order, Unusable
from services.directories.domain.translation_asking import Answers, Pieces
from services.directories.domain.translation_jobs import ATTEMPTS, BATCH_CHARACTERS
from services.directories.persistence.glossary import GlossaryTerms

WAIT: Final = 6.0  # seconds: the gateway gives a subgraph ten
KEPT: Final = 300.0  # seconds that an answer waits for the one who asked
MOST_AT_ONCE: Final = 4
Outcome: TypeAlias = dict[str, Any]
_ACTOR: Final = Actor.system("reading translation", EVERY_COMPANY)
_log = structlog.get_logger(__name__)


class ReadingQuestion(BaseModel):
    """Texts in whatever language, by names, and the BCP 47 tag of the one they are wanted in."""

    locale: str
    texts: dict[str, str]


class Reading:
    """`open_machine` is called once, in a running event loop; `lacking` are the settings without which it cannot be."""

    def __init__(
        self, database: Database, open_machine: Callable[[], Machine], lacking: tuple[str, ...], wait: float = WAIT
    ) -> None:
        self._database = database
        self._open = open_machine
        self._lacking = lacking
        self._wait = wait
        self._machine: Machine | None = None
        self._under_way: dict[bytes, asyncio.Task[Outcome]] = {}

    async def answer(self, asked: ReadingQuestion) -> Outcome:
        """`{"state": DONE, PENDING, OFF or FAILED}`; with `texts` and `engine`, or `reason`."""
        if self._lacking:
            return {"state": "OFF", "reason": f"set {' and '.join(self._lacking)}"}
        try:
            locale = canonical(asked.locale)
        except ValueError as error:
            return _failed(str(error))
        key = sha256(orjson.dumps([locale, asked.texts], option=orjson.OPT_SORT_KEYS)).digest()
        task = self._under_way.get(key)
        if task is None:
            if sum(not each.done() for each in self._under_way.values()) >= MOST_AT_ONCE:
                return _failed("too much is being translated just now: try again in a minute")
            task = self._under_way[key] = asyncio.create_task(self._translate(asked.texts, locale))
            asyncio.get_running_loop().call_later(KEPT, self._forget, key, task)
        done, _ = await asyncio.wait([task], timeout=self._wait)
        if not done:
            return {"state": "PENDING"}
        self._forget(key, task)
        return task.result()

    async def close(self) -> None:
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._machine is not None:
            await self._machine.close()

    def _forget(self, key: bytes, task: asyncio.Task[Outcome]) -> None:
        if self._under_way.get(key) is task:
            del self._under_way[key]
            task.cancel()

    async def _translate(self, texts: Mapping[str, str], locale: str) -> Outcome:
        machine = self._machine = self._machine or self._open()
        async with self._database.read(_ACTOR, through=("manage",)) as session:
            glossary = await GlossaryTerms(session).all()
        try:
            return await _ask(machine, await asyncio.to_thread(Pieces.of, {0: texts}), locale, glossary)
        except NotTranslated as refusal:
            _log.warning("reading.failed", reason=refusal.reason)
            return _failed(refusal.reason)


async def _ask(machine: Machine, pieces: Pieces, locale: str, glossary: Glossary) -> Outcome:
    """Raises NotTranslated, but for answers that cannot be used: those are asked for once more."""
    answers, reason = Answers(), ""
    for _ in range(ATTEMPTS):
        while asked := answers.open(pieces, BATCH_CHARACTERS):
            known = relevant(glossary, asked.values(), locale)
            try:
                found = await machine.translate(Order(source=None, target=locale, texts=asked, glossary=known))
            except Unusable as unusable:
                answers.fail(asked, unusable.reason)
            else:
                await asyncio.to_thread(answers.learn, asked, found.texts)
        outcome = (await asyncio.to_thread(answers.outcomes, pieces))[0]
        if not isinstance(outcome, str):
            return {"state": "DONE", "texts": dict(outcome), "engine": machine.name}
        reason = outcome
    return _failed(reason)


def _failed(reason: str) -> Outcome:
    return {"state": "FAILED", "reason": reason}
