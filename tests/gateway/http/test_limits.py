"""Limits as callers of the guarded endpoint meet them: with their own codes, and before any subgraph is asked."""

from pathlib import Path
from typing import Any

import pytest
from graphql import get_introspection_query

from tests.support.gateway_world import MINE, Reply, World, open_world

LIST = "{ types { name } }"  # ten of them are reckoned with


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ " + "size " * 2_000 + "}", "LIMIT_TOKENS"),
        ("{ incidents " + "{ related " * 12 + "{ id }" + "}" * 13, "LIMIT_DEPTH"),
        ("{ types { " + " ".join(f"n{number}: name" for number in range(31)) + " } }", "LIMIT_ALIASES"),
        ("{ size " + "@include(if: true) " * 21 + "}", "LIMIT_DIRECTIVES"),
        ("{ " + "size " * 21 + "}", "LIMIT_ROOT_FIELDS"),
        ("{ incidents { related { related { related { related { related { id } } } } } } }", "LIMIT_COST"),
        ("{ ...A } fragment A on Query { ...A }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_what_is_too_large_is_refused_before_any_subgraph_is_asked(world: World, query: str, code: str) -> None:
    answer = await world.ask(query, key=world.user(incident_view=[MINE]))

    assert (answer.status, answer.codes) == (200, [code])
    assert world.sent == 0


async def test_the_standard_introspection_query_is_answered(world: World) -> None:
    answer = await world.ask(get_introspection_query(), key=world.user())

    assert answer.json()["data"]["__schema"]["queryType"]["name"] == "Query"


async def test_twenty_aliased_mutations_go_in_one_request(world: World) -> None:
    one = 'registerIncidents(input: {incidents: [{title: "x"}]}) { titles }'
    query = f"mutation {{ {' '.join(f'a{number}: {one}' for number in range(20))} }}"
    answer = await world.ask(query, key=world.user(incident_add=[MINE]))

    assert len(answer.json()["data"]) == 20


FILTER = "query ($filter: IncidentFilter) { incidents(filter: $filter) { id } }"


@pytest.mark.parametrize(
    ("setting", "most", "allowed", "refused", "code"),
    [
        ("limit_tokens", 3, "{ size }", "{ size size }", "LIMIT_TOKENS"),
        ("limit_depth", 2, "{ incidents { id } }", "{ incidents { related { id } } }", "LIMIT_DEPTH"),
        ("limit_introspection_depth", 3, "{ __schema { queryType { name } } }",
         "{ __schema { queryType { fields { name } } } }", "LIMIT_DEPTH"),
        ("limit_aliases", 1, "{ a: size }", "{ a: size b: size }", "LIMIT_ALIASES"),
        ("limit_aliases", 0, "{ size }", "{ a: size }", "LIMIT_ALIASES"),
        ("limit_directives", 1, "{ size @skip(if: false) }", "{ size @skip(if: false) @include(if: true) }",
         "LIMIT_DIRECTIVES"),
        ("limit_root_fields", 1, "{ size }", "{ size types { name } }", "LIMIT_ROOT_FIELDS"),
        ("limit_fields", 2, "{ incidents { id } }", "{ incidents { id title } }", "LIMIT_FIELDS"),
        ("limit_values", 2, {"filter": {"search": "x"}}, {"filter": {"search": "x", "companyIds": None}},
         "LIMIT_VARIABLES"),
        ("limit_cost", 10, "{ incidents { id } }", "{ incidents { id } latest { id } }", "LIMIT_COST"),
        ("limit_cost_per_minute", 10, "{ incidents { id } }", "{ latest { id } }", "LIMIT_BUDGET"),
    ],
)  # fmt: skip
async def test_each_limit_is_a_setting(
    signing_keys: Path, setting: str, most: int, allowed: Any, refused: Any, code: str
) -> None:
    world = open_world(signing_keys, **{setting: most})
    key = world.user(incident_view=[MINE])

    async def ask(given: Any) -> Reply:
        query, variables = (given, None) if isinstance(given, str) else (FILTER, given)
        return await world.ask(query, key=key, variables=variables)

    assert (await ask(allowed)).codes == []
    sent = world.sent
    assert (await ask(refused)).codes == [code]
    assert world.sent == sent


async def test_a_caller_who_has_spent_the_budget_waits_and_others_do_not(signing_keys: Path) -> None:
    world = open_world(signing_keys, limit_cost_per_minute=19)
    ada, bob = world.user(), world.user()

    assert (await world.ask(LIST, key=ada)).codes == []
    assert (await world.ask(LIST, key=ada)).codes == ["LIMIT_BUDGET"]
    assert (await world.ask(LIST, key=bob)).codes == []
    assert world.sent == 2


async def test_one_refusal_refuses_the_whole_operation_where_the_settings_say_so(signing_keys: Path) -> None:
    world = open_world(signing_keys, refuse_whole_operations=True)

    answer = await world.ask("{ audit size }", key=world.user())
    assert answer.json()["data"] is None
    assert answer.codes == ["UNAUTHORIZED_FIELD_OR_TYPE"]
    assert world.sent == 0
    assert (await world.ask("{ size }", key=world.user())).json() == {"data": {"size": 2}}
