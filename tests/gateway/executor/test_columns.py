"""Completing many values at once gives what completing them one by one gives, and tells the same of what is wrong."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.executor import completion
from gateway.executor.columns import Attempt, Column, Irregular, lists, names, nullable, shared
from gateway.executor.problems import Problems
from gateway.executor.projection import Projection
from gateway.operation import Documents
from gateway.supergraph import Supergraph, read_supergraph

SDL = """
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__type(graph: join__Graph!, key: String) repeatable on OBJECT | INTERFACE | UNION | ENUM | SCALAR
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
type Query @join__type(graph: A) { all: [Thing] must: [Thing!]! either: [Either] named: [Named!] }
interface Named @join__type(graph: A) { name: String }
type Thing implements Named @join__type(graph: A) @join__implements(graph: A, interface: "Named") {
  id: ID! name: String count: Int! share: Float state: State tags: [String!] parts: [[Part]] part: Part
}
type Part implements Named @join__type(graph: A) @join__implements(graph: A, interface: "Named") {
  id: ID! name: String thing: Thing
}
union Either @join__type(graph: A) @join__unionMember(graph: A, member: "Thing")
  @join__unionMember(graph: A, member: "Part") = Thing | Part
enum State @join__type(graph: A) { OPEN DONE }
"""
QUERY = """
{ all { ...T } must { id kind: __typename count }
  either { ... on Thing { ...T } ... on Part { name } } named { name } typed: named { __typename name } }
fragment T on Thing { id name count share state tags parts { id name } part { name thing { id count } } }
"""
WRONG = st.sampled_from([None, "", "x", 0, 1.5, True, [], {}, {"__typename": "Part"}, [None], "OPEN"])


def mostly(right: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 60).flatmap(lambda drawn: WRONG if drawn == 0 else right)


PART = st.fixed_dictionaries(
    {
        "__typename": mostly(st.just("Part")),
        "id": mostly(st.sampled_from(["", "a"])),
        "name": mostly(st.none() | st.just("n")),
    },
    optional={"thing": st.fixed_dictionaries({"id": st.just("1"), "count": mostly(st.integers())})},
)
THING = st.fixed_dictionaries(
    {
        "__typename": mostly(st.just("Thing")),
        "id": mostly(st.sampled_from(["", "a"])),
        "name": mostly(st.none() | st.just("n")),
        "count": mostly(st.integers(0, 9) | st.sampled_from([2**31 - 1, 2**31, -(2**31), -(2**31) - 1])),
        "share": mostly(st.floats(0, 1)),
        "state": mostly(st.sampled_from(["OPEN", "DONE", None])),
        "tags": mostly(st.lists(st.just("t"), max_size=2)),
        "parts": mostly(st.lists(st.lists(mostly(PART), max_size=2), max_size=2)),
        "part": mostly(PART | st.none()),
    }
)


@pytest.fixture(scope="module")
def supergraph() -> Supergraph:
    return read_supergraph(SDL)


@pytest.fixture(scope="module")
def project(supergraph: Supergraph) -> Any:
    """The answer and the errors for merged data; `many` is from how many items on all are tried at once."""
    operation = Documents(supergraph.public).operation(QUERY, None)
    projection = Projection(supergraph, "Query", operation.selection(()))

    def run(data: dict[str, Any], many: int) -> tuple[Any, list[dict[str, Any]]]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(completion, "_MANY", many)
            problems = Problems(projection.client_paths)
            return projection.project(data, problems), problems.errors

    return run


@given(st.data())
def test_all_at_once_gives_what_one_by_one_gives(project: Any, data: st.DataObject) -> None:
    items = data.draw(st.lists(mostly(THING), min_size=1, max_size=6))
    mixed = data.draw(st.lists(mostly(THING | PART), min_size=1, max_size=6))
    merged = {"all": items, "must": items, "either": mixed, "named": mixed, "typed": mixed}

    assert project(merged, 1) == project(merged, 1_000)


def test_an_object_at_several_places_is_completed_once() -> None:
    seen: list[Any] = []

    def inner(values: Any) -> Any:
        seen.append(list(values))
        return [dict(value) for value in values]

    one, other = {"id": 1}, {"id": 2}
    done = shared(inner)([one, other, one])

    assert seen == [[one, other]]
    assert done == [one, other, one]


def test_nulls_stay_where_they_were() -> None:
    assert nullable(lists(names(frozenset({"A"}))))([["A"], None, [], ["A", "A"]]) == [["A"], None, [], ["A", "A"]]


@pytest.mark.parametrize("value", ["B", None, 1, ["A"]])
def test_what_is_no_name_of_an_enum_needs_a_closer_look(value: Any) -> None:
    with pytest.raises(Irregular):
        names(frozenset({"A"}))([value])


def test_a_column_that_cannot_be_made_is_tried_once() -> None:
    tried = []

    def make() -> Column:
        tried.append(1)
        raise Irregular

    attempt = Attempt(make)

    assert attempt([1]) is attempt([1]) is None
    assert tried == [1]
