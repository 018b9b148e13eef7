"""A field whose permission is held nowhere is null, says why at its place, and is never asked of a subgraph."""

from typing import Any

import pytest

from chassis.access import EVERY_COMPANY
from tests.support.gateway_world import MINE, World

REFUSED = "UNAUTHORIZED_FIELD_OR_TYPE"


def told(answer: Any) -> list[tuple[list[str], str]]:
    return [(error["path"], error["extensions"]["code"]) for error in answer.json()["errors"]]


async def test_a_field_without_its_permission_is_null_and_not_fetched(world: World) -> None:
    answer = await world.ask("{ audit size }", key=world.user(incident_view=[MINE]))

    assert answer.status == 200
    assert answer.json()["data"] == {"audit": None, "size": 2}
    assert told(answer) == [(["audit"], REFUSED)]
    assert "audit.read" in answer.json()["errors"][0]["message"]
    assert "audit" not in world.documents


async def test_the_permission_opens_the_field(world: World) -> None:
    answer = await world.ask("{ audit }", key=world.user(audit_read=EVERY_COMPANY))

    assert answer.json() == {"data": {"audit": ["signed in"]}}


async def test_a_permission_for_no_company_is_none(world: World) -> None:
    answer = await world.ask("{ audit }", key=world.user(audit_read=[]))

    assert told(answer) == [(["audit"], REFUSED)]
    assert world.sent == 0


async def test_a_refused_field_that_may_not_be_null_takes_its_parent_and_is_told_once(world: World) -> None:
    answer = await world.ask("{ sealed size }", key=world.user())

    assert answer.json()["data"] is None
    assert told(answer) == [(["sealed"], REFUSED)]
    assert "sealed" not in world.documents


async def test_a_refused_field_inside_a_list_is_null_in_each_item(world: World) -> None:
    answer = await world.ask("{ incidents { id secret } }", key=world.user(incident_view=[MINE]))

    assert answer.json()["data"] == {"incidents": [{"id": "i0", "secret": None}, {"id": "i1", "secret": None}]}
    assert told(answer) == [(["incidents", 0, "secret"], REFUSED)]
    assert "secret" not in world.documents


async def test_aliases_do_not_get_round_a_refusal(world: World) -> None:
    answer = await world.ask("{ size: audit audit: size }", key=world.user())

    assert answer.json()["data"] == {"size": None, "audit": 2}
    assert told(answer) == [(["size"], REFUSED)]


@pytest.mark.parametrize(
    "query",
    [
        "{ ...A } fragment A on Query { ...B } fragment B on Query { audit }",
        "{ ... on Query { ... { audit } } }",
        "{ audit audit ... { audit } }",
    ],
)
async def test_fragments_do_not_get_round_a_refusal(world: World, query: str) -> None:
    answer = await world.ask(query, key=world.user())

    assert answer.json()["data"] == {"audit": None}
    assert told(answer) == [(["audit"], REFUSED)]
    assert world.sent == 0


@pytest.mark.parametrize(
    "query",
    [
        "{ latest { id secret } }",
        "{ latest { id ... on Incident { secret } } }",
        "{ latest { id ... on Record { secret } } }",
    ],
)
async def test_an_interface_does_not_get_round_the_rule_of_a_type_behind_it(world: World, query: str) -> None:
    answer = await world.ask(query, key=world.user())

    assert answer.json()["data"] == {"latest": {"id": "i1", "secret": None}}
    assert told(answer) == [(["latest", "secret"], REFUSED)]
    assert "secret" not in world.documents


async def test_an_interface_shows_the_field_to_who_may_see_it(world: World) -> None:
    answer = await world.ask("{ latest { secret } }", key=world.user(incident_view_restricted=[MINE]))

    assert answer.json() == {"data": {"latest": {"secret": "blue"}}}


@pytest.mark.parametrize("condition", ["@skip(if: $not)", "@include(if: $yes)", "@skip(if: true)"])
async def test_what_is_not_asked_is_not_refused(world: World, condition: str) -> None:
    query = "query ($not: Boolean = true, $yes: Boolean = false) { size ... @include(if: $yes) { size } ...F } "
    query += f"fragment F on Query {{ a: size @skip(if: $not) audit {condition} }}"
    answer = await world.ask(query, key=world.user())

    assert answer.json() == {"data": {"size": 2}}


async def test_a_condition_that_holds_is_no_way_round(world: World) -> None:
    query = "query ($yes: Boolean!) { audit @include(if: $yes) size @skip(if: $yes) }"
    answer = await world.ask(query, key=world.user(), variables={"yes": True})

    assert answer.json()["data"] == {"audit": None}
    assert told(answer) == [(["audit"], REFUSED)]
    assert world.sent == 0


async def test_a_remembered_plan_of_one_caller_serves_no_other(world: World) -> None:
    mighty, plain = world.user(audit_read=EVERY_COMPANY), world.user()

    assert (await world.ask("{ audit }", key=mighty)).json() == {"data": {"audit": ["signed in"]}}
    assert (await world.ask("{ audit }", key=plain)).json()["data"] == {"audit": None}
    assert (await world.ask("{ audit }", key=mighty)).json() == {"data": {"audit": ["signed in"]}}
    assert world.sent == 2


async def test_a_refused_mutation_is_not_sent(world: World) -> None:
    query = 'mutation { registerIncidents(input: {incidents: [{title: "x"}]}) { titles } }'
    answer = await world.ask(query, key=world.user(incident_view=[MINE]))

    assert answer.json()["data"] == {"registerIncidents": None}
    assert told(answer) == [(["registerIncidents"], REFUSED)]
    assert world.sent == 0


async def test_refused_and_allowed_fields_of_one_operation_are_told_apart(world: World) -> None:
    query = "{ audit incidents { title related { id secret } type { name } } types { name } }"
    answer = await world.ask(query, key=world.user(incident_view=[MINE]))

    fraud = {"name": "Fraud"}
    assert answer.json()["data"] == {
        "audit": None,
        "incidents": [
            {"title": "Phishing", "related": [{"id": "i1", "secret": None}], "type": fraud},
            {"title": "Lost laptop", "related": [], "type": fraud},
        ],
        "types": [fraud],
    }
    assert told(answer) == [(["audit"], REFUSED), (["incidents", 0, "related", 0, "secret"], REFUSED)]
