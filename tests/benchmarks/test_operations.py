"""What is said to break a limit breaks that one, and the largest operations are large and break none."""

import pytest
from graphql import parse, validate

from benchmarks.operations import REFUSED, largest, new_engine
from gateway.http.call import BadRequest
from gateway.operation import RequestErrors

CODES = {
    "body": "TOO_LARGE",
    "tokens": "LIMIT_TOKENS",
    "deeper": "LIMIT_DEPTH",
    "aliases": "LIMIT_ALIASES",
    "directives": "LIMIT_DIRECTIVES",
    "root fields": "LIMIT_ROOT_FIELDS",
    "2000 fields": "LIMIT_FIELDS",
    "cost": "LIMIT_COST",
}


@pytest.mark.parametrize("what", CODES)
async def test_what_is_too_much_is_refused_for_that(what: str) -> None:
    (refuse,) = [refuse for name, refuse in REFUSED.items() if what in name]

    codes: list[str] = []
    try:
        await refuse(new_engine())
    except BadRequest as error:
        codes = [error.code]
    except RequestErrors as errors:
        codes = [error.code for error in errors.errors]

    assert CODES[what] in codes


def test_every_limit_is_tried() -> None:
    assert len(REFUSED) == len(CODES)


async def test_the_largest_operations_are_answered_by_several_services() -> None:
    engine = new_engine()
    services = {}
    for name, text in largest(engine.supergraph.public).items():
        assert validate(engine.supergraph.public, parse(text)) == []
        ready = await engine.plan(engine.prepare(text))
        services[name] = len({request.service for request in ready.plan.requests})

    assert list(services.values()) == [5, 4, 3, 0]
