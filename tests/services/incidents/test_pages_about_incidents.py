"""What the documentation says of incidents has a place for everything that the schema has."""

import re
from pathlib import Path
from typing import Final

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema, build_schema

from services.incidents.domain import action_items, links, reviews, roles, tasks, timeline
from services.incidents.graphql.schema import schema

DOCS: Final = Path(__file__).parents[3] / "docs"
GRAPH: Final = (DOCS / "graph.md").read_text(encoding="utf-8")
INCIDENTS: Final = (DOCS / "incidents.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def built() -> GraphQLSchema:
    return build_schema(schema.as_str(), assume_valid=True)


def test_every_filter_stands_in_the_table_of_filters(built: GraphQLSchema) -> None:
    section = GRAPH.partition("### Filters and orders")[2].partition("\n### ")[0]
    first_columns = [line.split("|")[1] for line in section.splitlines() if line.startswith("|")]
    named = {found for cell in first_columns for found in re.findall(r"`(\w+)", cell)}

    conditions = built.type_map["IncidentFilter"]
    assert isinstance(conditions, GraphQLInputObjectType)
    assert named == set(conditions.fields)


def test_every_change_of_what_people_do_about_an_incident_is_told(built: GraphQLSchema) -> None:
    mutations = built.mutation_type
    assert isinstance(mutations, GraphQLObjectType)
    parts = ("Task", "Review", "ActionItem", "Role", "Link", "TimelineEntry")
    wanted = {name for name in mutations.fields if any(part in name for part in parts)}

    assert {name for name in wanted if f"`{name}" not in INCIDENTS and f" {name}(" not in INCIDENTS} == set()


@pytest.mark.parametrize(
    ("section", "limits"),
    [
        ("Tasks", [tasks.MOST_TASKS, tasks.MOST_ASSIGNEES, tasks.MOST_DEPENDENCIES]),
        (
            "The review after it",
            [reviews.MOST_PARTICIPANTS, reviews.MOST_COVERED, reviews.MOST_CAUSES, reviews.MOST_WHYS],
        ),
        ("Action items", [action_items.MOST_ACTION_ITEMS]),
        ("Roles", [roles.MOST_AT_ONCE]),
        ("Links", [links.MOST_LINKS]),
        ("The timeline", [timeline.MOST_ENTRIES]),
    ],
)
def test_limits_are_told_where_the_thing_is(section: str, limits: list[int]) -> None:
    told = INCIDENTS.partition(f"## {section}\n")[2].partition("\n## ")[0]
    numbers = {int(each.replace(",", "")) for each in re.findall(r"up to ([0-9][0-9,]*)", told, re.IGNORECASE)}

    assert set(limits) <= numbers
