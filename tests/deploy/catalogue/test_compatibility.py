"""What was promised holds: each way of breaking it, planted, is found and named."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from deploy.catalogue import __main__ as command
from deploy.catalogue.compatibility import broken, promises_broken, read_schemas
from deploy.generated import ROOT

RELEASED = read_schemas(ROOT / command.RELEASED)
SCHEMA: dict[str, Any] = RELEASED["incident.assigned.v1"]
Change = Callable[[dict[str, Any]], Any]


def changed(change: Change) -> dict[str, Any]:
    copy = deepcopy(SCHEMA)
    change(copy)
    assert copy != SCHEMA
    return copy


def put(field: str, schema: dict[str, Any] | None = None, *, required: bool = False) -> Change:
    def change(schema_of_all: dict[str, Any]) -> None:
        schema_of_all["properties"][field] = schema or {"type": "string"}
        if required:
            schema_of_all["required"].append(field)

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda it: (it["properties"].pop("reference"), it["required"].remove("reference")), "reference is gone"),
        (put("version", {"type": "string"}), "version is another"),
        (put("version", {"type": "number"}), "version is another"),
        (put("reference", {"anyOf": [{"type": "string"}, {"type": "null"}]}), "reference is another"),
        (put("before", {"type": "string", "format": "uuid"}), "before is another"),
        (put("reference", {"type": "string", "maxLength": 10}), "reference is another"),
        (put("reference", {"type": "string", "enum": ["ACME-2026-000001"]}), "reference is another"),
        (put("incident_id", {"type": "string"}), "incident_id is another"),
        (put("version", {"type": "array", "items": {"type": "integer"}}), "version is another"),
        (lambda it: it["required"].remove("version"), "version may be missing"),
        (put("why", required=True), "why is required, which earlier events do not have"),
        (lambda it: it.update(additionalProperties=False), "the keyword additionalProperties is another"),
        (lambda it: it.update(type="array"), "the keyword type is another"),
    ],
)
def test_what_breaks_a_promise_is_found(change: Change, told: str) -> None:
    assert broken(SCHEMA, changed(change)) == [told]


@pytest.mark.parametrize(
    "change",
    [
        put("why"),
        put("why", {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}),
        lambda it: it.update(description="In other words."),
        lambda it: it["properties"]["version"].update(description="In other words."),
        lambda it: it.update(examples=[], deprecated=True),
        lambda it: it["required"].reverse(),
    ],
)
def test_what_adds_or_explains_breaks_nothing(change: Change) -> None:
    assert broken(SCHEMA, changed(change)) == []


def test_a_type_that_is_gone_is_a_promise_broken_and_a_new_one_is_not() -> None:
    told = promises_broken({"a.b.v1": SCHEMA}, {"a.b.v2": SCHEMA})

    assert told == ["a.b.v1: it is gone"]


def test_the_promises_are_kept() -> None:
    assert len(RELEASED) > 10
    assert promises_broken(RELEASED, command.schemas()) == []


@pytest.fixture
def retyped(monkeypatch: pytest.MonkeyPatch) -> None:
    current = command.schemas()
    current["incident.assigned.v1"]["properties"]["version"]["type"] = "string"
    monkeypatch.setattr(command, "schemas", lambda: current)


@pytest.mark.usefixtures("retyped")
@pytest.mark.parametrize("arguments", [[], ["--check"], ["--release"]])
def test_nothing_is_written_while_a_promise_is_broken(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "write_or_check", None)

    assert command.main(arguments) == 1
    told = capsys.readouterr().err
    assert told.startswith("incident.assigned.v1: version is another.\n")
    assert "docs/events.md" in told


def test_a_left_over_file_is_found(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    kept = {path: text for path, text in command.files().items() if path.stem != "incident.assigned.v1"}
    monkeypatch.setattr(command, "files", lambda: kept)

    assert command.main(["--check"]) == 1
    left = "gateway/catalogue/schemas/incident.assigned.v1.json"
    assert capsys.readouterr().err == f"{left} is of no public event: run `make schema` and commit that.\n"


def test_the_committed_catalogue_is_current() -> None:
    assert command.main(["--check"]) == 0
