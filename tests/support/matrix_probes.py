"""Asking what the matrix has, and judging the answers."""

from dataclasses import dataclass
from typing import Final

import orjson

from deploy.local.all_in_one import AllInOne
from tests.support.matrix import Question, Target
from tests.support.matrix_world import World

_MASKED: Final = (b'"INTERNAL"', b'"PLANNING_FAILED"', b'"SERVICE_UNAVAILABLE"', b'"GRAPHQL_INVALID"')


@dataclass(frozen=True, slots=True)
class Probe:
    """`question` names things of the company `about`; `absent` is the same question of what never was."""

    caller: str
    about: str
    question: Question
    absent: Question


class Prober:
    """Sends probes through the gateway as HTTP requests, and reads every byte that comes back."""

    def __init__(self, system: AllInOne, world: World) -> None:
        self._system = system
        self._world = world

    async def complaints(self, probe: Probe) -> list[str]:
        """What is wrong with the answers; nothing when all is well."""
        answer = await self.bytes_of(probe.caller, probe.question)
        found = [f"leaked {leak!r}" for leak in self.leaks(probe.caller, probe.question, answer)]
        found += [f"answered {code.decode()}" for code in _MASKED if code in answer]
        if probe.about == "foreign" and probe.question.named and probe.caller in self._world.strangers:
            absent = await self.bytes_of(probe.caller, probe.absent)
            if self._neutral(answer, "foreign") != self._neutral(absent, "absent"):
                found.append(f"foreign {answer!r} is not absent {absent!r}")
        return [f"{probe.caller}, {probe.question.document} {probe.question.variables}: {each}" for each in found]

    async def bytes_of(self, caller: str, question: Question) -> bytes:
        """Status, headers and body."""
        return await self.bytes_for(self._world.keys[caller], question)

    async def bytes_for(self, api_key: str, question: Question) -> bytes:
        headers = {
            "authorization": f"Bearer {api_key}",
            "content-type": "application/json",
            "x-request-id": "probe",
        }
        body = orjson.dumps({"query": question.document, "variables": question.variables})
        answer = await self._system.transport.post("http://gateway/graphql", body, headers, timeout=30)
        return orjson.dumps([answer.status, dict(answer.headers)]) + answer.body

    def leaks(self, caller: str, question: Question, answer: bytes) -> list[str]:
        """The canaries in it that `caller` must not see; what the question itself named is no news."""
        text, asked = answer.decode().lower(), orjson.dumps(question.variables).decode().lower()
        return [canary for canary in self._world.hidden_from(caller) if canary in text and canary not in asked]

    def _neutral(self, answer: bytes, about: str) -> bytes:
        return neutral(answer, self._world.targets[about])


def neutral(answer: bytes, target: Target) -> bytes:
    """Without the names that tell one target from another."""
    for word in target.words():
        answer = answer.replace(word.encode(), b"<named>")
    return answer
