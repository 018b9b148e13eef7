"""Which probes the matrix has, and which of them are asked.

A sample that REGISTRY_MATRIX_SEED chooses, or all of the slice that REGISTRY_MATRIX_PART names, such as `3/20`; `1/1`
is everything. A slice has all callers and targets of its questions: what is planned for one serves the next.
"""

import os
import random
from collections.abc import Sequence
from typing import Final

import orjson
from graphql import GraphQLSchema

from tests.support.matrix import PART, Question
from tests.support.matrix_probes import Probe
from tests.support.matrix_world import ANONYMOUS, MIXED, World

SEED: Final = os.environ.get("REGISTRY_MATRIX_SEED", "1")
_READ: Final = (
    *("incident.view", "incident.export", "incident.send_mail", "incident.view_restricted"),
    *("audit.read", "metrics.read", "translation.review"),
)
_CHANGE_NOTHING: Final = frozenset({"nobody", ANONYMOUS, "reader", *(f"only-{name}" for name in _READ)})
_NOTHING: Final = "none"  # what is asked without naming anything


def queries(schema: GraphQLSchema, world: World) -> list[list[Probe]]:
    """Question by question: each of each target by each caller; what names nothing is asked once."""
    return [
        [Probe(caller, about if question.named else _NOTHING, question, absent) for caller in world.keys]
        for about in ("own", "restricted", "foreign", MIXED)
        for question, absent in _pairs(schema, world, "query", about)
        if question.named or about == "own"
    ]


def mutations(schema: GraphQLSchema, world: World) -> list[list[Probe]]:
    """Those that must not change anything: of what is hidden from the caller, or by who may change nothing."""
    return [
        [Probe(caller, about, question, absent) for caller in world.keys if _is_forbidden(caller, about, world)]
        for about in ("own", "restricted", "foreign", MIXED)
        for question, absent in _pairs(schema, world, "mutation", about)
        if question.named and not _is_their_right(question, about, world)
    ]


def subscriptions(schema: GraphQLSchema, world: World) -> list[list[Probe]]:
    """All that has been told since the beginning: what is told from now on is told by the same way."""
    return [
        [Probe(caller, about, question, absent) for caller in world.keys]
        for about in ("own", "restricted", "foreign", MIXED)
        for question, absent in _pairs(schema, world, "subscription", about)
        if "after" in question.variables
    ]


def _is_their_right(question: Question, about: str, world: World) -> bool:
    """Who may not see an incident may still register one beside it; everybody makes keys of their own; and to take
    away what is not there takes away the rest.
    """
    named = orjson.dumps(question.variables).decode()
    if about == "restricted":
        return not any(each in named for each in world.restricted.ids)
    if about == "own":
        return question.root == "createApiKey" and "userId" not in named
    return about == MIXED and '"remove' in named


def _is_forbidden(caller: str, about: str, world: World) -> bool:
    return caller in _CHANGE_NOTHING if about == "own" else world.is_hidden(about, caller)


def _pairs(schema: GraphQLSchema, world: World, kind: str, about: str) -> list[tuple[Question, Question]]:
    absent = world.questions(schema, kind, about, absent=True)
    return list(zip(world.questions(schema, kind, about), absent, strict=True))


def chosen(probes: Sequence[Sequence[Probe]], most: int, of: Sequence[str] = ()) -> list[Probe]:
    """The slice, or a sample of at most so many, of some callers if they are named."""
    if PART:
        number, parts = map(int, PART.split("/"))
        return [probe for group in probes[number - 1 :: parts] for probe in group]
    every = [probe for group in probes for probe in group if not of or probe.caller in of]
    return random.Random(SEED).sample(every, min(most, len(every)))  # noqa: S311  # no secret
