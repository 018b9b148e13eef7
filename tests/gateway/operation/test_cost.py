"""What an operation may cost is told from the lengths of its lists, before it is run."""

from typing import Any

import pytest
from graphql import build_schema, get_introspection_query

from gateway.operation import Documents, OperationLimits, RequestErrors, Weights
from gateway.supergraph import AppliedDirective

SCHEMA = build_schema("""
type Query {
  incident: Incident
  incidents(first: Int = 20, last: Int): Connection!
  types: [Type!]!
  latest(first: Int, most: Int = 7): [Incident!]
}
type Mutation { register: Incident }
type Connection { edges: [Edge!]! nodes: [Incident!]! totalCount: Int page: Page! }
type Page { more: Boolean }
type Edge { node: Incident! }
type Incident { id: ID! type: Type! related: [Incident!] kind: Kind }
type Type { name: String }
enum Kind { A }
""")


def cost(query: str, variables: dict[str, Any] | None = None, **directives: Any) -> int:
    weights = Weights(SCHEMA, directives.get("fields"), directives.get("types"))
    return Documents(SCHEMA, weights=weights).prepare(query, None, variables or {}).cost


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ incident { id kind } }", 1),
        ("{ incident { id type { name } } }", 2),
        ("{ types { name } }", 10),
        ("{ incidents(first: 50) { totalCount page { more } edges { node { type { name } } } } }", 152),
        ("{ incidents { nodes { id } } }", 21),
        ("{ incidents(first: 5, last: 8) { nodes { id } } }", 9),
        ("{ latest(first: 3) { related { id } } }", 33),
        ("{ latest { id } }", 10),
        ("{ latest(first: -3) { id } incident { id } }", 1),
        ("mutation { register { id } }", 11),
        ("{ incidents { ...N ... { ...N } } } fragment N on Connection { nodes { id } }", 41),
        ("{ incident @skip(if: true) { id } types { name } }", 10),
        ("{ incidents(first: 2) { ... on Connection { nodes { ...I } } } } fragment I on Incident { id }", 3),
        ("{ __typename __schema { types { name } } incident { id } }", 1),
    ],
)
def test_an_object_costs_one_for_each_place_it_may_stand_at(query: str, expected: int) -> None:
    assert cost(query) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [({}, 21), ({"n": 2}, 3), ({"n": 100}, 101), ({"n": None}, 21)],
)
def test_variables_and_their_absence_say_how_long_a_list_is(given: dict[str, Any], expected: int) -> None:
    assert cost("query ($n: Int) { incidents(first: $n) { nodes { id } } }", given) == expected


def test_the_same_document_costs_what_its_variables_say_each_time() -> None:
    documents = Documents(SCHEMA)
    query = "query ($n: Int = 4) { incidents(first: $n) { nodes { id } } }"

    assert [documents.prepare(query, None, given).cost for given in ({"n": 9}, {}, {"n": 1}, {"n": None})] == [
        10,
        5,
        2,
        21,
    ]


def test_what_conditions_leave_out_costs_nothing() -> None:
    documents = Documents(SCHEMA, limits=OperationLimits(cost=10))
    query = "query ($more: Boolean = true) { incident { id related @include(if: $more) { id } } }"

    assert documents.prepare(query, None, {"more": False}).cost == 1
    for given in ({"more": True}, {}):
        with pytest.raises(RequestErrors, match="may cost 11"):
            documents.prepare(query, None, given)


def test_a_length_that_is_no_number_is_that_of_an_unsized_list() -> None:
    fields = {("Query", "latest"): (AppliedDirective("listSize", {"slicingArguments": ["most", "absent"]}),)}
    query = "query ($most: Int) { latest(most: $most) { id } }"

    assert [cost(query, given, fields=fields) for given in ({"most": 2}, {"most": None}, {})] == [2, 10, 7]


def test_the_directives_of_the_supergraph_go_before_the_rules_of_thumb() -> None:
    fields = {
        ("Query", "types"): (AppliedDirective("listSize", {"assumedSize": 3}),),
        ("Query", "incidents"): (
            AppliedDirective("listSize", {"slicingArguments": ["last"], "sizedFields": ["edges"], "assumedSize": 2}),
        ),
        ("Incident", "id"): (AppliedDirective("cost", {"weight": 5}),),
    }
    types = {"Type": (AppliedDirective("cost", {"weight": 4}),)}

    assert cost("{ types { name } }", fields=fields, types=types) == 12
    assert cost("{ incidents(first: 50) { edges { node { id } } } }", fields=fields) == 1 + 2 * (1 + 1 + 5)


def test_what_costs_too_much_is_refused() -> None:
    documents = Documents(SCHEMA, limits=OperationLimits(cost=20))
    documents.prepare("{ incidents(first: 19) { nodes { id } } }", None, {})

    with pytest.raises(RequestErrors) as raised:
        documents.prepare("{ incidents(first: 20) { nodes { id } } }", None, {})
    assert [error.code for error in raised.value.errors] == ["LIMIT_COST"]


def test_introspection_may_cost_exactly_twice_what_the_standard_query_does() -> None:
    documents = Documents(SCHEMA, limits=OperationLimits())
    standard = get_introspection_query(input_value_deprecation=True)
    begin, end = standard.index("__schema"), standard.index("fragment FullType")
    once = standard[begin:end].rstrip().removesuffix("}")

    documents.prepare(f"{{ {once} again: {once} }} {standard[end:]}", None, {})
    with pytest.raises(RequestErrors) as raised:
        documents.prepare(f"{{ {once} again: {once} more: __schema {{ __typename }} }} {standard[end:]}", None, {})
    assert [error.code for error in raised.value.errors] == ["LIMIT_INTROSPECTION"]


def test_deep_introspection_of_every_type_is_refused() -> None:
    documents = Documents(SCHEMA, limits=OperationLimits())
    inner = " ".join(f"a{n}: fields {{ type {{ fields {{ name args {{ name }} }} }} }}" for n in range(29))

    with pytest.raises(RequestErrors) as raised:
        documents.prepare(f"{{ __schema {{ types {{ {inner} }} }} }}", None, {})
    assert [error.code for error in raised.value.errors] == ["LIMIT_INTROSPECTION"]
