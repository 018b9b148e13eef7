from typing import Any

import pytest
from graphql import build_schema

from gateway.operation import Documents, OperationLimits, RequestErrors

SCHEMA = build_schema("""
type Query { incidents(filter: Filter, first: Int = 20): [Incident!] me: User count: Int! }
input Filter { companyIds: [ID!] text: String = "any" }
interface Node { id: ID! }
type Incident implements Node { id: ID! title(short: Boolean): String reporter: User }
type User implements Node { id: ID! name: String incidents: [[Incident]] }
""")


@pytest.fixture
def documents() -> Documents:
    return Documents(SCHEMA, remembered=2, limits=OperationLimits(tokens=60))


def codes(raised: pytest.ExceptionInfo[RequestErrors]) -> list[str]:
    return [error.formatted()["extensions"]["code"] for error in raised.value.errors]


@pytest.mark.parametrize(
    ("query", "name", "variables", "code"),
    [
        ("{ count", None, {}, "GRAPHQL_PARSE_FAILED"),
        ("{ " + "count " * 60 + "}", None, {}, "LIMIT_TOKENS"),
        ("{ nothing }", None, {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query A { count } query B { count }", None, {}, "OPERATION_RESOLUTION_FAILURE"),
        ("query A { count } query B { count }", "C", {}, "OPERATION_RESOLUTION_FAILURE"),
        ("query ($n: Int!) { incidents(first: $n) { id } }", None, {}, "BAD_USER_INPUT"),
        ("query ($n: Int!) { incidents(first: $n) { id } }", None, {"n": "many"}, "BAD_USER_INPUT"),
    ],
)
def test_what_is_wrong_with_a_request_is_told_with_a_code(
    query: str, name: str | None, variables: dict[str, Any], code: str, documents: Documents
) -> None:
    with pytest.raises(RequestErrors) as raised:
        documents.prepare(query, name, variables)

    assert codes(raised) == [code]


def test_errors_say_where(documents: Documents) -> None:
    with pytest.raises(RequestErrors) as raised:
        documents.prepare("{\n  nothing\n}", None, {})

    assert raised.value.errors[0].formatted()["locations"] == [{"line": 2, "column": 3}]


def test_the_operation_is_chosen_by_name(documents: Documents) -> None:
    assert documents.prepare("query A { count } query B { count }", "B", {}).operation.name == "B"


def test_variables_are_coerced_and_defaults_filled_in(documents: Documents) -> None:
    query = """query ($f: Filter, $n: Int = 3, $absent: Int) {
        incidents(filter: $f, first: $n) { id } other: incidents(first: $absent) { id }
    }"""

    prepared = documents.prepare(query, None, {"f": {"companyIds": 7}})

    assert prepared.variables == {"f": {"companyIds": ["7"], "text": "any"}, "n": 3}


def test_the_same_document_gives_the_same_operation(documents: Documents) -> None:
    first = documents.prepare("{ count }", None, {}).operation

    assert documents.prepare("{ count }", None, {}).operation is first


def test_condition_variables_are_decided(documents: Documents) -> None:
    query = "query ($a: Boolean!, $b: Boolean = true) { count @skip(if: $a) me @include(if: $b) { id } }"

    prepared = documents.prepare(query, None, {"a": False})

    assert (prepared.operation.conditions, prepared.decided) == (("a", "b"), (False, True))


def test_every_field_use_knows_its_coordinate_and_its_place(documents: Documents) -> None:
    query = """
        { me { list: incidents { ...Seen reporter { ... on Node { id } } } } }
        fragment Seen on Incident { title }
    """

    uses = documents.prepare(query, None, {}).fields

    assert [(use.coordinate, ".".join(use.path), use.fragments) for use in uses] == [
        ("Query.me", "me", ()),
        ("User.incidents", "me.list", ()),
        ("Incident.title", "me.list.@.@.title", ("Incident",)),
        ("Incident.reporter", "me.list.@.@.reporter", ()),
        ("Node.id", "me.list.@.@.reporter.id", ("Node",)),
    ]


def test_arguments_are_read_with_variables_and_defaults(documents: Documents) -> None:
    query = "query ($ids: [ID!]) { incidents(filter: {companyIds: $ids}) { id } }"

    prepared = documents.prepare(query, None, {"ids": [1, "2"]})

    (use, _) = prepared.fields
    assert use.arguments(prepared.values) == {"filter": {"companyIds": ["1", "2"], "text": "any"}, "first": 20}
    assert use.output_type == "Incident"


def test_a_fragment_spread_twice_is_used_twice_under_one_id(documents: Documents) -> None:
    uses = documents.prepare("{ a: me { ...N } b: me { ...N } } fragment N on User { name }", None, {}).fields

    names = [use for use in uses if use.coordinate == "User.name"]
    assert [use.path for use in names] == [("a", "name"), ("b", "name")]
    assert len({use.id for use in names}) == 1


def test_an_operation_that_unfolds_without_end_is_refused() -> None:
    levels = 18
    fragments = " ".join(
        f"fragment F{n} on User {{ a{n}: incidents {{ ...R{n} }} b{n}: incidents {{ ...R{n} }} }} "
        f"fragment R{n} on Incident {{ reporter {{ ...F{n + 1} }} }}"
        for n in range(levels)
    )
    documents = Documents(SCHEMA, limits=OperationLimits(depth=10**6, aliases=10**15, fields=10**15))
    operation = documents.operation(f"{{ me {{ ...F0 }} }} {fragments} fragment F{levels} on User {{ id }}", None)

    with pytest.raises(RequestErrors, match="more than 20000 places"):
        operation.fields(())


def test_aliases_that_the_gateway_needs_are_refused(documents: Documents) -> None:
    with pytest.raises(RequestErrors, match="reserved: __typename"):
        documents.prepare("{ me { __typename: name } }", None, {})


def test_meta_fields_may_be_asked_by_their_names_and_other_aliases(documents: Documents) -> None:
    prepared = documents.prepare("{ __typename kind: __typename __schema { __typename } }", None, {})

    assert prepared.fields == ()
