"""Rules are read whole: a gateway that would overlook one does not start."""

import pytest

from gateway.authorization import FieldRule, Rules
from gateway.supergraph import SupergraphError, read_supergraph
from tests.support.gateway_world import HERE

SDL = (HERE / "supergraph.graphql").read_text()


def rules(before: str = "", after: str = "") -> Rules:
    assert before in SDL
    return Rules.of(read_supergraph(SDL.replace(before, after) if before else SDL))


def test_a_rule_names_the_permission_and_the_path_of_the_companies() -> None:
    assert rules().fields[("Query", "incidents")] == (FieldRule("incident.view", ("filter", "companyIds")),)


def test_a_field_without_directive_has_no_rule() -> None:
    assert ("Query", "size") not in rules().fields


def test_a_rule_holds_for_the_interface_and_from_the_interface() -> None:
    record = "interface Record @join__type(graph: INCIDENTS) {\n  id: ID!"
    found = rules(record, record + ' @companyScope(permission: "incident.view")').fields

    assert found[("Record", "secret")] == (FieldRule("incident.view_restricted"),)
    assert found[("Note", "id")] == (FieldRule("incident.view"),)
    assert ("Note", "secret") not in found


def test_several_rules_of_a_field_all_hold() -> None:
    once = '@companyScope(permission: "incident.view_restricted")'
    twice = f'{once} @join__directive(graphs: [INCIDENTS], name: "companyScope", args: {{permission: "audit.read"}})'

    assert rules(once, twice).fields[("Incident", "secret")] == (
        FieldRule("incident.view_restricted"),
        FieldRule("audit.read"),
    )


@pytest.mark.parametrize("wrong", ["filter.companies", "filters.companyIds", "filter.companyIds.id"])
def test_a_rule_for_an_argument_that_is_not_there_stops_the_start(wrong: str) -> None:
    with pytest.raises(SupergraphError, match=f"Query.incidents has no argument {wrong}"):
        rules("filter.companyIds", wrong)


@pytest.mark.parametrize("lists", ["[]", "[[]]", '[["a"], []]', "[[1]]", '["a"]'])
@pytest.mark.parametrize("directive", ["requiresScopes(scopes", "policy(policies"])
@pytest.mark.parametrize("place", ["size: Int!", "type Registered"])
def test_a_security_directive_whose_meaning_is_not_clear_stops_the_start(
    directive: str, lists: str, place: str
) -> None:
    with pytest.raises(SupergraphError, match="must list at least one name"):
        rules(place, f"{place} @{directive}: {lists})")
