"""Composing the supergraph from schema files."""

from pathlib import Path

import pytest

from gateway.composition import CompositionError, compose, registry_schemas

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n'
INCIDENTS = LINK + 'type Query { incident: Incident }\ntype Incident @key(fields: "id") { id: ID! title: String! }\n'
FILES = LINK + 'type Incident @key(fields: "id") { id: ID! attachments: [String!] }\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with two services that fit together."""
    write(tmp_path, "incidents", INCIDENTS)
    write(tmp_path, "files", FILES)
    return tmp_path


def write(root: Path, service: str, sdl: str) -> None:
    folder = root / "services" / service / "graphql"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "schema.graphql").write_text(sdl)


def test_the_supergraph_names_each_service_with_its_address(root: Path) -> None:
    composed = compose(registry_schemas(root))

    assert 'FILES @join__graph(name: "files", url: "http://files/graphql")' in composed
    assert 'INCIDENTS @join__graph(name: "incidents", url: "http://incidents/graphql")' in composed


def test_the_same_schemas_compose_to_the_same_text(root: Path) -> None:
    assert compose(registry_schemas(root)) == compose(registry_schemas(root))


def test_schemas_that_do_not_fit_are_refused_with_a_reason(root: Path) -> None:
    write(root, "files", FILES.replace("attachments: [String!]", "title: String!"))

    with pytest.raises(CompositionError, match=r'"Incident\.title" is resolved from multiple subgraphs'):
        compose(registry_schemas(root))


def test_a_schema_that_is_not_graphql_is_refused_with_its_place(root: Path) -> None:
    write(root, "files", FILES.replace("[String!]", "[String!"))

    with pytest.raises(CompositionError, match=r"\[files\] line 2, column \d+: Syntax Error"):
        compose(registry_schemas(root))


def test_a_tree_without_schemas_is_named(tmp_path: Path) -> None:
    with pytest.raises(CompositionError, match=r"No services/\*/graphql/schema\.graphql"):
        registry_schemas(tmp_path)
