"""The schema of an event's data says what its fact tells, and samples of real events are valid by it."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import orjson
import pytest
from jsonschema import Draft202012Validator

from chassis.events import TYPE_PREFIX
from deploy.catalogue.__main__ import schemas
from deploy.catalogue.errors import CatalogueError
from deploy.catalogue.examples import example
from deploy.catalogue.payloads import payload
from deploy.generated import ROOT
from services.notifications.domain.public_events import PUBLIC, TYPES
from tests.support.contracts import SAMPLES

WHOLE = schemas()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """It is open past its due date;
    told once.

    Nobody was asked.
    """

    type: ClassVar[str] = "incident.part_overdue.v1"
    incident_id: UUID
    due_at: datetime
    concerned_ids: tuple[UUID, ...]
    severity_id: UUID | None = None


def test_a_schema_says_the_fields_of_the_fact_with_their_meaning() -> None:
    made = payload(Overdue.type, Overdue, {"due_at": "then", "incident_id": "it"})

    assert made == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "/events/schemas/incident.part_overdue.v1.json",
        "title": "incident.part_overdue.v1",
        "description": "It is open past its due date; told once.\n\nNobody was asked.",
        "type": "object",
        "properties": {
            "incident_id": {"description": "The incident.", "type": "string", "format": "uuid"},
            "due_at": {"description": "Until when it was to be done.", "type": "string", "format": "date-time"},
            "concerned_ids": {
                "description": "Users whom it concerns: those who are mentioned, or who are to do it.",
                "type": "array",
                "items": {"type": "string", "format": "uuid"},
            },
            "severity_id": {
                "description": "Entry of the directory of severities.",
                "anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}],
                "default": None,
            },
        },
        "required": ["incident_id", "due_at", "concerned_ids"],
        "examples": [{"incident_id": "it", "due_at": "then"}],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fat:
    """It happened."""

    inner: Inner


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """It happened."""

    mystery: int


@pytest.mark.parametrize(
    ("fact", "complaint"),
    [
        (Fat, "it.happened.v1 has values inside values"),
        (Silent, "it.happened.v1 has no docstring"),
        (Unclear, "mystery of it.happened.v1: say in deploy/catalogue/glossary.py what it means"),
    ],
)
def test_what_is_not_told_or_not_thin_is_refused(fact: type[Any], complaint: str) -> None:
    with pytest.raises(CatalogueError, match=complaint):
        payload("it.happened.v1", fact, {})


def test_every_public_type_has_its_schema_and_no_other() -> None:
    assert WHOLE.keys() == {*TYPES, "envelope"}


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_schema_is_one_of_its_dialect(name: str) -> None:
    Draft202012Validator.check_schema(WHOLE[name])


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_the_sample_of_a_real_event_is_valid_and_fully_described(kind: str) -> None:
    sample = orjson.loads((SAMPLES / f"{kind}.json").read_bytes())
    formats = Draft202012Validator.FORMAT_CHECKER

    Draft202012Validator(WHOLE[kind], format_checker=formats).validate(sample["data"])
    Draft202012Validator(WHOLE["envelope"], format_checker=formats).validate(sample)
    assert sample["data"].keys() == WHOLE[kind]["properties"].keys()
    assert sample.keys() - {"position", "requestid"} <= WHOLE["envelope"]["properties"].keys()


def test_a_wrong_event_is_not_valid() -> None:
    sample = orjson.loads((SAMPLES / "incident.registered.v1.json").read_bytes())
    wrong = {
        "incident.registered.v1": sample["data"] | {"version": "one"},
        "envelope": sample | {"sequence": "1"},
    }

    for name, event in wrong.items():
        assert not Draft202012Validator(WHOLE[name]).is_valid(event)


def test_every_source_and_type_is_told_by_the_file_of_the_type() -> None:
    assert len(PUBLIC) == len(TYPES)


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_what_other_systems_get_is_fully_described_too(kind: str) -> None:
    (told,) = (example(event) for event in PUBLIC.values() if event.type == kind)

    Draft202012Validator(WHOLE["envelope"], format_checker=Draft202012Validator.FORMAT_CHECKER).validate(told)
    assert told.keys() <= WHOLE["envelope"]["properties"].keys()
    assert told["dataschema"] == f"https://registry.example.org{WHOLE[kind]['$id']}"


def test_the_event_that_the_documentation_shows_is_one() -> None:
    (shown,) = re.findall(r"```json\n(.+?)```", (ROOT / "docs" / "events.md").read_text(), re.DOTALL)
    event = orjson.loads(shown)
    kind = event["type"].removeprefix(TYPE_PREFIX)

    Draft202012Validator(WHOLE["envelope"]).validate(event)
    Draft202012Validator(WHOLE[kind]).validate(event["data"])
    assert event["data"].keys() == WHOLE[kind]["properties"].keys()
    assert event.keys() >= WHOLE["envelope"]["properties"].keys() - {"causationid"}
