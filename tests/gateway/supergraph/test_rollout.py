"""Percentages and names of overrides: which variants of a supergraph there are, and whom each serves."""

from dataclasses import fields

import pytest

from gateway.supergraph import Rollout, Supergraph, SupergraphError, read_rollout

SDL = """
enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "http://b") }
type Query @join__type(graph: A) @join__type(graph: B) {
  quarter: Int @join__field(graph: A, overrideLabel: "percent(25)")
    @join__field(graph: B, override: "a", overrideLabel: "percent(25)")
  few: Int @join__field(graph: A, overrideLabel: "percent(0.5)")
    @join__field(graph: B, override: "a", overrideLabel: "percent(0.5)")
  named: Int @join__field(graph: A, usedOverridden: true, overrideLabel: "team/new-prices")
    @join__field(graph: B, override: "a", overrideLabel: "team/new-prices")
}
"""


def moved(supergraph: Supergraph) -> set[str]:
    """The fields that B answers; A answers the others."""
    found = {name: set(field.resolvers) for name, field in supergraph.types["Query"].fields.items()}
    assert all(len(graphs) == 1 for graphs in found.values())
    return {name for name, graphs in found.items() if graphs == {"B"}}


def served(rollout: Rollout, share: float) -> set[str]:
    return moved(rollout.variants[rollout.variant_of(share)])


@pytest.mark.parametrize(
    ("share", "fields"),
    [
        (0.0, {"quarter", "few"}),
        (0.4999, {"quarter", "few"}),
        (0.5, {"quarter"}),
        (24.9, {"quarter"}),
        (25.0, set()),
        (99.99, set()),
    ],
)
def test_a_percentage_holds_for_the_shares_below_it(share: float, fields: set[str]) -> None:
    assert served(read_rollout(SDL), share) == fields


def test_a_name_holds_for_every_share_where_it_is_on() -> None:
    rollout = read_rollout(SDL, {"team/new-prices", "of no field"})

    assert served(rollout, 0.0) == {"quarter", "few", "named"}
    assert served(rollout, 99.0) == {"named"}


def test_a_percentage_that_is_on_holds_for_all() -> None:
    assert served(read_rollout(SDL, {"percent(25)"}), 99.0) == {"quarter"}


@pytest.mark.parametrize(("percent", "expected"), [("0", set()), ("100", {"quarter"})])
def test_none_and_all_are_percentages_too(percent: str, expected: set[str]) -> None:
    rollout = read_rollout(SDL.replace("percent(25)", f"percent({percent})"))

    assert served(rollout, 50.0) == served(rollout, 99.99) == expected


def test_variants_differ_in_nothing_but_who_answers() -> None:
    first, *others = read_rollout(SDL).variants

    for other in others:
        alike = {each.name for each in fields(Supergraph) if getattr(first, each.name) == getattr(other, each.name)}
        assert alike == {each.name for each in fields(Supergraph)} - {"types"}
        assert first.public is other.public


def test_without_percentages_all_requests_are_served_alike() -> None:
    rollout = read_rollout(SDL.replace("percent(25)", "one").replace("percent(0.5)", "two"))

    assert rollout.is_whole
    assert (len(rollout.variants), rollout.variant_of(50.0)) == (1, 0)


@pytest.mark.parametrize("label", ["percent(101)", "percent(-1)", "percent()", "percent(a)", "1st", "two words"])
def test_a_label_that_is_neither_a_name_nor_a_percentage_is_refused(label: str) -> None:
    with pytest.raises(SupergraphError, match="is neither a name nor percent"):
        read_rollout(SDL.replace("percent(25)", label))
