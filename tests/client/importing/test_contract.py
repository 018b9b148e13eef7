"""What an import asks and sends fits the public graph, of which the tests' registry in memory has a part."""

from pathlib import Path
from typing import Any, Final

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, build_schema, get_named_type, parse, validate

from client.importing import documents
from client.importing.targets import TARGETS, Kind, path_of, timestamp_of
from gateway.supergraph import read_supergraph
from tests.support.fake_registry import SDL

PUBLIC: Final = read_supergraph(
    (Path(__file__).parents[3] / "gateway" / "supergraph.graphql").read_text(encoding="utf-8")
).public
DOCUMENTS: Final = [text for name, text in vars(documents).items() if name.isupper()]
INPUT: Final[Any] = PUBLIC.type_map["RegisterIncidentInput"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_document_is_one_that_the_graph_answers(document: str) -> None:
    assert validate(PUBLIC, parse(document)) == []


@pytest.mark.parametrize("target", [name for name, target in TARGETS.items() if target.kind is not Kind.MOMENT])
def test_every_field_that_a_mapping_fills_is_one_of_a_new_incident(target: str) -> None:
    kind: Any = INPUT
    for name in path_of(target):
        assert isinstance(kind, GraphQLInputObjectType)
        kind = get_named_type(kind.fields[name].type)

    if TARGETS[target].words:
        assert isinstance(kind, GraphQLEnumType)
        assert set(TARGETS[target].words) == set(kind.values)


def test_every_moment_of_an_incident_may_stand_in_a_table() -> None:
    moments: Any = PUBLIC.type_map["TimestampName"]

    named = {timestamp_of(name) for name, target in TARGETS.items() if target.kind is Kind.MOMENT}

    assert named == set(moments.values)


def test_the_registry_of_the_tests_takes_nothing_that_the_graph_does_not() -> None:
    def fields(kind: Any) -> set[str]:
        return set(kind.fields)

    fake = build_schema(SDL)
    for one, other in (
        ("RegisterIncidentInput", INPUT),
        ("TimestampInput", PUBLIC.type_map["TimestampInput"]),
        ("CustomTimestampInput", PUBLIC.type_map["CustomTimestampInput"]),
    ):
        assert fields(fake.type_map[one]) <= fields(other)
    for group in ("location", "reportedBy", "cost", "source"):
        named = get_named_type(fake.type_map["RegisterIncidentInput"].fields[group].type)  # type: ignore[attr-defined]  # an input
        assert fields(named) <= fields(get_named_type(INPUT.fields[group].type))
