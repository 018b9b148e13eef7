from typing import Any

import pytest
from graphql import DocumentNode, build_schema
from graphql import parse as graphql_parse

from gateway.operation import Documents, OperationLimits, RequestErrors, checked

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


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that were parsed."""
    seen: list[str] = []

    def parse(query: str, **given: Any) -> DocumentNode:
        seen.append(query)
        return graphql_parse(query, **given)

    monkeypatch.setattr(checked, "parse", parse)
    return seen


def refusal(documents: Documents, query: str, name: str | None = None, **variables: Any) -> list[str]:
    with pytest.raises(RequestErrors) as raised:
        documents.prepare(query, name, variables)
    return codes(raised)


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


@pytest.mark.parametrize(
    ("query", "code"), [("{ count", "GRAPHQL_PARSE_FAILED"), ("{ nothing }", "GRAPHQL_VALIDATION_FAILED")]
)
def test_a_bad_document_is_checked_once_and_refused_alike_each_time(
    query: str, code: str, documents: Documents, parsed: list[str]
) -> None:
    with pytest.raises(RequestErrors) as first:
        documents.prepare(query, None, {})
    with pytest.raises(RequestErrors) as second:
        documents.prepare(query, "A", {"n": 1})

    assert codes(first) == [code]
    assert second.value.errors == first.value.errors
    assert parsed == [query]


def test_bad_documents_push_no_good_ones_out_and_are_forgotten_in_their_turn(
    documents: Documents, parsed: list[str]
) -> None:
    good = documents.prepare("{ count }", None, {}).operation
    for number in range(3):
        refusal(documents, f"{{ nothing{number} }}")

    assert documents.prepare("{ count }", None, {}).operation is good
    assert parsed == ["{ count }", "{ nothing0 }", "{ nothing1 }", "{ nothing2 }"]
    refusal(documents, "{ nothing0 }")
    assert parsed[-1] == "{ nothing0 }"


def test_long_bad_documents_leave_room_for_few(parsed: list[str]) -> None:
    documents = Documents(SCHEMA)
    long = [f"{{ nothing }} # {number} {'x' * 400_000}" for number in range(3)]
    for query in (*long, long[2], long[1], long[0]):
        refusal(documents, query)

    assert [text[14] for text in parsed] == ["0", "1", "2", "0"]


def test_a_good_document_weighs_by_its_length_where_that_is_more_than_its_tokens(parsed: list[str]) -> None:
    documents = Documents(SCHEMA, remembered=2)
    long = "{ count } #" + "x" * 3_000
    for query in (long, "{ me { id } }", long):
        documents.prepare(query, None, {})

    assert parsed == [long, "{ me { id } }", long]


def test_names_of_operations_that_are_not_there_cost_no_further_parsing(
    documents: Documents, parsed: list[str]
) -> None:
    for name in ("A", "B", "C"):
        assert refusal(documents, "query Q { count }", name) == ["OPERATION_RESOLUTION_FAILURE"]

    assert documents.prepare("query Q { count }", "Q", {}).operation is documents.operation("query Q { count }", None)
    assert len(parsed) == 1


def test_what_costs_too_much_is_refused_unparsed(parsed: list[str]) -> None:
    documents = Documents(SCHEMA, limits=OperationLimits(cost=50))
    fixed, given = (
        "{ incidents(first: 51) { id } }",
        "query A($n: Int) { incidents(first: $n) { id } } query B { me { id } }",
    )

    for _ in range(2):
        assert refusal(documents, fixed) == ["LIMIT_COST"]
        assert refusal(documents, given, "A", n=51) == ["LIMIT_COST"]
    assert parsed == []

    assert documents.prepare(given, "A", {"n": 50}).cost == 50
    assert documents.prepare(given, "B", {}).cost == 1
    assert refusal(documents, given, "A", n=51) == ["LIMIT_COST"]
    assert parsed == [given]


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
