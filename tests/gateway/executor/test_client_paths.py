from gateway.executor.client_paths import ClientPaths
from gateway.operation import Documents
from gateway.supergraph import read_supergraph

SDL = """
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__type(graph: join__Graph!, key: String) repeatable on OBJECT | UNION
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
type Query @join__type(graph: A) { all: [Either] }
type Book @join__type(graph: A) { id: ID author: Person }
type Person @join__type(graph: A) { id: ID name: String }
union Either @join__type(graph: A) @join__unionMember(graph: A, member: "Book")
  @join__unionMember(graph: A, member: "Person") = Book | Person
"""
QUERY = "{ found: all { ... on Book { author { called: name } } ... on Person { id } } }"


def test_a_place_is_one_of_the_clients_if_any_type_may_have_it() -> None:
    supergraph = read_supergraph(SDL)
    selection = Documents(supergraph.public).operation(QUERY, None).selection(())
    paths = ClientPaths(supergraph, "Query", (selection,))

    asked = [("found",), ("found", "author"), ("found", "author", "called"), ("found", "id")]
    assert [path for path in asked if path not in paths] == []
    assert [path for path in [("all",), ("found", "author", "id"), ("found", "name"), ()] if path in paths] == []
