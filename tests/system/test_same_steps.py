"""What is hidden takes the same steps as what never was: the same statements, as often, in every service.

So no clock can tell the two apart either; `python -m benchmarks timing` measures that.
"""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Final

import orjson
import pytest
from graphql import GraphQLSchema

from deploy.composition import SUPERGRAPH
from deploy.local.all_in_one import AllInOne
from deploy.local.environment import Surroundings
from gateway.supergraph import read_supergraph
from tests.support.matrix import Question
from tests.support.matrix_plan import SEED, mutations, queries
from tests.support.matrix_probes import Probe, Prober, open_wide
from tests.support.matrix_world import World
from tests.support.noted_statements import noting, statements

MOST: Final = 60  # of each kind
ANEW: Final = 4  # the gateway may ask access anew who the caller is in the middle of one of the two


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return read_supergraph(SUPERGRAPH.read_text(encoding="utf-8")).public


@pytest.fixture(scope="module")
def prober(system: AllInOne, surroundings: Surroundings, world: World) -> Iterator[Prober]:
    open_wide(system, surroundings)
    with noting(system.runtimes):
        yield Prober(system, world)


def hidden(groups: list[list[Probe]], world: World) -> list[Probe]:
    found = [probe for group in groups for probe in group if world.is_hidden(probe.about, probe.caller)]
    callers = {"manager", "officer", "narrowed"}
    return [probe for probe in found if probe.question.named and probe.caller in callers]


async def steps(prober: Prober, caller: str, question: Question) -> Counter[str]:
    with statements() as found:
        await prober.bytes_of(caller, question)
    return found


async def difference(prober: Prober, probe: Probe) -> dict[str, int]:
    """By how many more times each statement is executed for what is hidden."""
    for _ in range(ANEW):
        there, absent = [await steps(prober, probe.caller, each) for each in (probe.question, probe.absent)]
        if there == absent:
            return {}
    return {text: there[text] - absent[text] for text in there | absent if there[text] != absent[text]}


@pytest.mark.parametrize("kind", [queries, mutations])
async def test_what_is_hidden_takes_the_steps_of_what_never_was(
    kind: object, schema: GraphQLSchema, world: World, prober: Prober
) -> None:
    found = hidden(queries(schema, world) if kind is queries else mutations(schema, world), world)
    chosen = random.Random(SEED).sample(found, MOST)  # noqa: S311  # no secret

    told = {
        f"{probe.caller} {probe.question.root} {orjson.dumps(probe.question.variables).decode()}": different
        for probe in chosen
        if (different := await difference(prober, probe))
    }

    assert told == {}


@pytest.mark.parametrize("mails", [("reader@example.org", "neverwas@example.org")])
async def test_signing_in_takes_the_same_steps_for_every_address(
    mails: tuple[str, str], system: AllInOne, prober: Prober
) -> None:
    found = []
    for mail in mails:
        body = orjson.dumps({"email": mail, "password": "certainly not the password"})
        with statements() as noted:
            await system.transport.post(
                "http://gateway/auth/sign-in", body, {"content-type": "application/json"}, timeout=30
            )
        found.append(noted)

    assert found[0] == found[1]
    assert found[0].total() > 0
