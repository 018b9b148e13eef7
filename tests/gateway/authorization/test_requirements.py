"""What `@authenticated`, `@requiresScopes` and `@policy` let through, case by concept."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from chassis.access import EVERY_COMPANY, Actor, ActorKind, Scope
from gateway.authorization import Rules, decide
from gateway.operation import Documents
from gateway.planner import plan_operation, plan_text
from gateway.supergraph import Supergraph, read_supergraph

LINKS = ["link/v1.0", "join/v0.5", "authenticated/v0.1", "requiresScopes/v0.1", "policy/v0.1"]
HEAD = """
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "http://b") }
"""
SDL = """
type Query @join__type(graph: A) @join__type(graph: B) {
  open: String @join__field(graph: A)
  signed: String @join__field(graph: A) @authenticated
  either: String @join__field(graph: A) @requiresScopes(scopes: [["x", "y"], ["z"]])
  both: String @join__field(graph: A) @requiresScopes(scopes: [["x"]]) @policy(policies: [["p", "q"], ["r"]])
  twice: String @join__field(graph: A)
    @requiresScopes(scopes: [["x"], ["y"]]) @join__directive(name: "requiresScopes", args: {scopes: [["z"]]})
  shade: Shade @join__field(graph: A)
  when: When @join__field(graph: A)
  vault: Vault @join__field(graph: A)
  echo(text: String!, again: String): String @join__field(graph: A) @requiresScopes(scopes: [["x"]])
  plain(text: String): String @join__field(graph: A)
  thing: Thing @join__field(graph: A)
  found: [Found] @join__field(graph: A)
  ship: Ship @join__field(graph: B)
}
type Vault @join__type(graph: A) @requiresScopes(scopes: [["x"]]) { gold: Int owner: Person }
type Person @join__type(graph: A) { name: String home: String @requiresScopes(scopes: [["x"]]) }
enum Shade @join__type(graph: A) @requiresScopes(scopes: [["x"]]) { DARK @join__enumValue(graph: A) }
scalar When @join__type(graph: A) @policy(policies: [["p"]])
interface Thing @join__type(graph: A) { id: ID! note: String }
type Public implements Thing @join__type(graph: A) @join__implements(graph: A, interface: "Thing") {
  id: ID! note: String
}
type Secret implements Thing @join__type(graph: A) @join__implements(graph: A, interface: "Thing") {
  id: ID! note: String @requiresScopes(scopes: [["x"]])
}
type Hidden @join__type(graph: A) @requiresScopes(scopes: [["x"]]) { id: ID! }
union Found @join__type(graph: A) @join__unionMember(graph: A, member: "Public")
  @join__unionMember(graph: A, member: "Hidden") = Public | Hidden
interface Vessel @join__type(graph: A, key: "id", isInterfaceObject: true) @join__type(graph: B, key: "id") {
  id: ID! position: String @join__field(graph: A) @requiresScopes(scopes: [["x"]])
}
type Ship implements Vessel @join__type(graph: B, key: "id") @join__implements(graph: B, interface: "Vessel") {
  id: ID! position: String @join__field
}
"""


def supergraph(sdl: str = SDL, links: str = "") -> Supergraph:
    known = " ".join(f'@link(url: "https://specs.apollo.dev/{link}")' for link in LINKS)
    return read_supergraph(f"schema {known} {links} {{ query: Query }} {HEAD} {sdl}")


WHOLE = supergraph()
RULES = Rules.of(WHOLE)


class Allowed:
    def __init__(self, *names: str) -> None:
        self._names = names

    def allows(self, policy: str, actor: Actor) -> bool:
        return policy in self._names


def actor(*scopes: str) -> Actor:
    held = dict.fromkeys(scopes, EVERY_COMPANY)
    return Actor(id=uuid4(), kind=ActorKind.USER, name="Ada", scope=Scope(held))


def refused(
    query: str, *scopes: str, policies: tuple[str, ...] = (), variables: Mapping[str, Any] | None = None
) -> Any:
    prepared = Documents(WHOLE.public).prepare(query, None, variables)
    decision = decide(prepared, RULES, actor(*scopes), Allowed(*policies))
    assert all(error["extensions"] == {"code": "UNAUTHORIZED_FIELD_OR_TYPE"} for error in decision.errors)
    return [".".join(error["path"]) for error in decision.errors]


def plan(query: str, *scopes: str, variables: Mapping[str, Any] | None = None) -> str:
    prepared = Documents(WHOLE.public).prepare(query, None, variables)
    decision = decide(prepared, RULES, actor(*scopes))
    return plan_text(plan_operation(WHOLE, prepared.operation, prepared.decided, decision.removed))


def test_who_has_signed_in_may_ask_what_is_for_the_authenticated() -> None:
    prepared = Documents(WHOLE.public).prepare("{ signed open }", None, {})

    assert decide(prepared, RULES, actor()).errors == ()
    anonymous = decide(prepared, RULES, None)
    assert [error["path"] for error in anonymous.errors] == [["signed"]]
    assert anonymous.errors[0]["message"] == "Sign in to ask for this."


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [((), False), (("x",), False), (("y",), False), (("x", "y"), True), (("z",), True), (("Z",), False)],
)
def test_one_list_of_scopes_is_enough_but_that_one_whole(scopes: tuple[str, ...], *, allowed: bool) -> None:
    assert refused("{ either open }", *scopes) == ([] if allowed else ["either"])


@pytest.mark.parametrize(
    ("scopes", "policies", "allowed"),
    [
        (("x",), ("r",), True),
        (("x",), ("p", "q"), True),
        (("x",), ("p",), False),
        (("x",), (), False),
        ((), ("p", "q", "r"), False),
    ],
)
def test_different_directives_all_hold(scopes: tuple[str, ...], policies: tuple[str, ...], *, allowed: bool) -> None:
    assert refused("{ both }", *scopes, policies=policies) == ([] if allowed else ["both"])


@pytest.mark.parametrize(
    ("scopes", "allowed"), [(("x",), False), (("z",), False), (("x", "z"), True), (("y", "z"), True)]
)
def test_the_same_directive_from_two_subgraphs_holds_twice(scopes: tuple[str, ...], *, allowed: bool) -> None:
    assert refused("{ twice }", *scopes) == ([] if allowed else ["twice"])


def test_without_anybody_who_decides_policies_none_is_met() -> None:
    prepared = Documents(WHOLE.public).prepare("{ when }", None, {})

    assert len(decide(prepared, RULES, actor("x", "p")).errors) == 1


def test_a_field_needs_what_its_output_type_needs() -> None:
    query = "{ shade when vault { gold } }"

    assert refused(query) == ["shade", "when", "vault", "vault.gold"]
    assert refused(query, "x") == ["when"]
    assert refused(query, "x", policies=("p",)) == []


def test_a_nested_field_is_told_at_its_place_and_the_rest_is_fetched() -> None:
    query = "{ vault { owner { name } } thing { ... on Secret { hint: note } } }"

    assert refused(query) == ["vault", "vault.owner", "thing.hint"]
    assert plan(query) == "1: Fetch(a) { thing { __typename } }\n"


def test_a_field_of_an_interface_needs_what_every_type_behind_it_needs() -> None:
    assert refused("{ thing { id note } }") == ["thing.note"]
    assert refused("{ thing { id note } }", "x") == []


def test_a_fragment_on_a_type_that_demands_less_is_judged_alone() -> None:
    query = "{ thing { __typename ... on Public { note } ... on Secret { id secret: note } } }"

    assert refused(query) == ["thing.secret"]
    assert "... on Public { note }" in plan(query)


def test_the_type_of_a_union_may_be_asked_whatever_its_members_need() -> None:
    assert refused("{ found { __typename } }") == []
    assert refused("{ found { kind: __typename ... on Hidden { __typename } } }") == []


@pytest.mark.parametrize(
    "inside",
    ["... on Hidden { id }", "...F } } fragment F on Hidden { ... { id", "... on Found { ... on Hidden { id } }"],
)
def test_a_fragment_needs_what_its_type_needs(inside: str) -> None:
    query = f"{{ found {{ ... on Public {{ id }} {inside} }} }}"

    assert refused(query) == ["found.@.id"]
    assert refused(query, "x") == []
    assert "Hidden" not in plan(query)


def test_a_fragment_is_judged_at_every_place_where_it_is_spread() -> None:
    query = "{ vault { owner { ...P } } a: vault { owner { ...P } } } fragment P on Person { home }"

    assert refused(query, "x") == []
    assert [path for path in refused(query) if path.endswith("home")] == ["vault.owner.home", "a.owner.home"]


def test_a_graph_that_stands_for_all_types_of_an_interface_brings_its_rules() -> None:
    assert refused("{ ship { id position } }") == ["ship.position"]
    assert refused("{ ship { id position } }", "x") == []


def test_variables_of_removed_fields_are_not_sent() -> None:
    query = "query ($mine: String!, $other: String) { echo(text: $mine) plain(text: $other) }"

    assert plan(query, variables={"mine": "m"}) == "1: Fetch(a) { plain(text: $other) }\n"
    assert plan(query, "x", variables={"mine": "m"}) == "1: Fetch(a) { echo(text: $mine) plain(text: $other) }\n"


def test_nothing_is_fetched_where_all_fields_are_removed() -> None:
    assert plan("{ either both shade }") == "Nothing to fetch\n"


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ('@link(url: "https://specs.apollo.dev/requiresScopes/v0.1", as: "needs")', "needs"),
        ('@link(url: "https://x/requiresScopes/v0.1", import: [{name: "@requiresScopes", as: "@may"}])', "may"),
    ],
)
def test_a_directive_under_another_name_is_kept(link: str, name: str) -> None:
    renamed = Rules.of(supergraph(SDL.replace("@requiresScopes", f"@{name}"), link))

    assert renamed.requirements == RULES.requirements
