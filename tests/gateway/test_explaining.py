"""`python -m gateway explain` prints each stage on the way from an operation to its fetches."""

from pathlib import Path

import pytest

from gateway.__main__ import main
from tests.support.gateway_world import HERE

SUPERGRAPH = str(HERE / "supergraph.graphql")
QUERY = """
query ($deep: Boolean = true) {
  incidents { title type { name } ...R @include(if: $deep) }
}
fragment R on Incident { related { type { id } } }
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "q.graphql").write_text(QUERY)
    return str(tmp_path / "q.graphql")


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["explain", *arguments, "--supergraph", SUPERGRAPH]) == 0
    return capsys.readouterr().out


def test_the_supergraph_is_shown_as_tables(capsys: pytest.CaptureFixture[str]) -> None:
    text = explained(capsys, "supergraph")

    assert text.startswith("graph directories\ngraph incidents\nobject Query\n  directories\n  incidents\n")
    assert "interface Record = Incident | Note\n" in text
    assert text.endswith(
        "object IncidentType\n"
        "  directories key { id }\n"
        "  incidents key { id }\n"
        "  id: ID! from directories, incidents\n"
        "  name: String from directories\n"
    )


def test_keys_requires_and_interface_objects_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    plans = Path(__file__).parents[1] / "federation" / "plans"
    shown = {}
    for name in ("requires", "interface-objects", "provides"):
        assert main(["explain", "supergraph", "--supergraph", str(plans / name / "supergraph.graphql")]) == 0
        shown[name] = capsys.readouterr().out

    assert " requires { " in shown["requires"]
    assert " as interface object key { id }\n" in shown["interface-objects"]
    assert " provides { " in shown["provides"]


@pytest.mark.parametrize(("labels", "graph"), [((), "old"), (("team/new-tariffs", "other"), "new")])
def test_overrides_are_shown_as_their_labels_say(
    labels: tuple[str, ...], graph: str, capsys: pytest.CaptureFixture[str]
) -> None:
    supergraph = Path(__file__).parents[1] / "federation" / "plans" / "progressive-override" / "supergraph.graphql"
    given = [argument for label in labels for argument in ("--override-label", label)]

    assert main(["explain", "supergraph", "--supergraph", str(supergraph), *given]) == 0
    assert f"  tariff: String from {graph}\n" in capsys.readouterr().out


def test_the_operation_is_shown_field_by_field(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(capsys, "operation", "--operation", file) == (
        "query, costs at most 220, $deep is true\n"
        "incidents                      Query.incidents\n"
        "incidents.@.title              Incident.title\n"
        "incidents.@.type               Incident.type\n"
        "incidents.@.type.name          IncidentType.name\n"
        "incidents.@.related            Incident.related\n"
        "incidents.@.related.@.type     Incident.type\n"
        "incidents.@.related.@.type.id  IncidentType.id\n"
    )


def test_variables_decide_what_is_shown(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = explained(capsys, "operation", "--operation", file, "--variables", '{"deep": false}')

    assert text.splitlines()[0] == "query, costs at most 20, $deep is false"
    assert "related" not in text


def test_the_fetches_are_shown_as_they_are_found(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(capsys, "fetches", "--operation", file) == (
        "1: incidents => { incidents { title type { id } related { type { id } } } }\n"
        "2 after 1: directories at incidents.@.type IncidentType { id } => { ... on IncidentType { name } }\n"
    )


def test_the_plan_is_shown_as_it_would_be_run(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(capsys, "plan", "--operation", file) == (
        "1: Fetch(incidents) { incidents { title type { id } related { type { id } } } }\n"
        "2 after 1: Flatten(incidents.@.type) <- directories IncidentType { id } => { name }\n"
    )


def test_a_stage_of_an_operation_needs_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "plan", "--supergraph", SUPERGRAPH]) == 2
    assert capsys.readouterr().err == "gateway explain: name the file of an operation with --operation\n"


@pytest.mark.parametrize("given", ["[]", "{"])
def test_variables_that_are_none_are_refused(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["explain", "plan", "--variables", given])
    assert "variables are one JSON object" in capsys.readouterr().err
