from pathlib import Path

import pytest
from graphql import print_schema

from gateway.supergraph import AppliedDirective, Kind, SupergraphError, read_supergraph

FEDERATION_1 = """
schema @core(feature: "https://specs.apollo.dev/core/v0.1") @core(feature: "https://specs.apollo.dev/join/v0.1") {
  query: Query
}
directive @join__owner(graph: join__Graph!) on OBJECT
scalar join__FieldSet
enum join__Graph {
  PORTS @join__graph(name: "ports", url: "http://ports/graphql")
  SHIPS @join__graph(name: "ships", url: "http://ships/graphql")
}
type Query { ports: [Port!]! @join__field(graph: PORTS) }
type Port @join__owner(graph: PORTS) @join__type(graph: PORTS, key: "code") @join__type(graph: SHIPS, key: "code") {
  code: ID! @join__field(graph: PORTS)
  name: String
  ships: [Ship!] @join__field(graph: SHIPS, requires: "name")
}
interface Named { name: String }
type Ship implements Named { name: String place: Place }
type Place { lat: Float }
union Thing = Ship | Place
"""

FEDERATION_2 = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
  @link(url: "https://specs.example.org/guard/v1.0", import: ["@companyScope"])
{ query: Query }
directive @companyScope(permission: String!, argument: String) on FIELD_DEFINITION
scalar link__Import
scalar guard__Level
enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "http://b") }
type Query @join__type(graph: A) @join__type(graph: B) {
  open(x: Int, hidden: Int @inaccessible): Item @join__field(graph: A)
  ruled: Item @join__field(graph: A) @companyScope(permission: "item.view", argument: "filter.ids") @tag(name: "t")
  wrapped: Item @join__field(graph: A) @join__directive(graphs: [A], name: "companyScope", args: {permission: "p"})
  moved: Int @join__field(graph: A, usedOverridden: true) @join__field(graph: B, override: "a", overrideLabel: "half")
  secret: Secret @join__field(graph: A)
}
type Item @join__type(graph: A, key: "id") @join__type(graph: B, key: "id", resolvable: false) @authenticated {
  id: ID!
  mine: Int @join__field(graph: A, override: "b")
  taken: Int @join__field(graph: A, external: true) @join__field(graph: B)
  inherited: Int @join__field
}
type Secret @join__type(graph: A) @inaccessible { a: Int }
enum Colour @join__type(graph: A) { RED @join__enumValue(graph: A) BLUE @join__enumValue(graph: A) @inaccessible }
"""


def test_graphs_carry_their_names_and_addresses() -> None:
    graphs = read_supergraph(FEDERATION_2).graphs

    assert {graph.name: graph.url for graph in graphs.values()} == {"a": "http://a", "b": "http://b"}


def test_the_public_schema_has_no_machinery_and_nothing_inaccessible() -> None:
    public = print_schema(read_supergraph(FEDERATION_2).public)

    assert public.split("\n\n") == [
        "type Query {\n  open(x: Int): Item\n  ruled: Item\n  wrapped: Item\n  moved: Int\n}",
        "type Item {\n  id: ID!\n  mine: Int\n  taken: Int\n  inherited: Int\n}",
        "enum Colour {\n  RED\n}",
    ]


def test_directives_of_the_graphs_own_making_stay_readable() -> None:
    supergraph = read_supergraph(FEDERATION_2)

    assert supergraph.field_directives == {
        ("Query", "ruled"): (AppliedDirective("companyScope", {"permission": "item.view", "argument": "filter.ids"}),),
        ("Query", "wrapped"): (AppliedDirective("companyScope", {"permission": "p"}),),
    }
    assert supergraph.type_directives == {"Item": (AppliedDirective("authenticated", {}),)}


def test_external_and_inherited_fields_are_answered_by_others() -> None:
    item = read_supergraph(FEDERATION_2).types["Item"]

    assert {name: set(field.resolvers) for name, field in item.fields.items()} == {
        "id": {"A", "B"},
        "mine": {"A"},
        "taken": {"B"},
        "inherited": set(),
    }


def test_only_resolvable_keys_lead_into_a_graph() -> None:
    keys = read_supergraph(FEDERATION_2).types["Item"].keys

    assert {graph: [key.resolvable for key in found] for graph, found in keys.items()} == {"A": [True], "B": [False]}


@pytest.mark.parametrize(("labels", "graph"), [(frozenset(), "A"), (frozenset({"half"}), "B")])
def test_a_labelled_override_holds_while_its_label_is_on(labels: frozenset[str], graph: str) -> None:
    moved = read_supergraph(FEDERATION_2, labels).types["Query"].fields["moved"]

    assert set(moved.resolvers) == {graph}


def test_federation_1_names_owners_and_leaves_value_types_everywhere() -> None:
    supergraph = read_supergraph(FEDERATION_1)

    port = supergraph.types["Port"]
    assert {name: set(field.resolvers) for name, field in port.fields.items()} == {
        "code": {"PORTS", "SHIPS"},
        "name": {"PORTS"},
        "ships": {"SHIPS"},
    }
    assert port.fields["ships"].resolvers["SHIPS"].requires is not None
    assert set(supergraph.types["Place"].fields["lat"].resolvers) == {"PORTS", "SHIPS"}
    assert supergraph.concrete("Thing", "PORTS") == {"Ship", "Place"}
    assert supergraph.concrete("Named", "SHIPS") == {"Ship"}
    assert supergraph.types["Named"].kind is Kind.INTERFACE


def test_a_schema_without_subgraphs_is_refused() -> None:
    with pytest.raises(SupergraphError, match="names no subgraph"):
        read_supergraph("type Query { a: Int }")


def test_a_field_that_takes_an_argument_from_a_context_is_refused_by_name() -> None:
    taking = '@join__field(graph: A, contextArguments: [{context: "a__c", name: "x", type: "Int", selection: "{ y }"}])'
    sdl = FEDERATION_2.replace("mine: Int @join__field(graph: A,", f"mine: Int {taking} @join__field(graph: B,")

    with pytest.raises(SupergraphError, match=r"^Item\.mine takes an argument from a context \(@fromContext\)"):
        read_supergraph(sdl)


@pytest.mark.parametrize("purpose", ["SECURITY", "EXECUTION"])
def test_a_feature_that_must_be_kept_and_is_not_known_is_refused(purpose: str) -> None:
    link = f'schema @link(url: "https://specs.example.org/vault/v1.0", for: {purpose})'

    with pytest.raises(SupergraphError, match=f"^it needs 'vault' for {purpose}, which this gateway does not know"):
        read_supergraph(FEDERATION_2.replace("schema\n", f"{link}\n"))


@pytest.mark.parametrize("feature", ["inaccessible", "authenticated", "requiresScopes", "policy", "context"])
def test_features_that_are_kept_may_be_linked_for_security(feature: str) -> None:
    link = f'schema @link(url: "https://specs.apollo.dev/{feature}/v0.1", for: SECURITY)'

    assert read_supergraph(FEDERATION_2.replace("schema\n", f"{link}\n")).graphs


def test_what_is_not_graphql_is_refused() -> None:
    with pytest.raises(SupergraphError, match="Syntax Error"):
        read_supergraph("type Query {")


def test_every_concept_of_the_plan_tests_is_readable() -> None:
    concepts = sorted((Path(__file__).parents[2] / "federation" / "plans").glob("*/supergraph.graphql"))

    assert concepts
    assert all(read_supergraph(path.read_text()).graphs for path in concepts)
