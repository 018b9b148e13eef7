"""Adding entries."""

from typing import Any
from uuid import UUID

import pytest

from chassis.access import EVERY_COMPANY, Actor
from chassis.identifiers import uuid7
from tests.support.defaults import DEFAULTS
from tests.support.services import RunningService, user

CREATE = """
mutation ($input: CreateDirectoryEntryInput!) { createDirectoryEntry(input: $input) {
    entry { __typename id code name nameLocale color order active version
        ... on IncidentType { classification { code } }
        ... on IncidentStatus { category isInitial isFinal visible }
        ... on Severity { rank } }
    errors { code message field }
} }
"""
CLASS = {"kind": "CLASSIFICATION", "code": "weather", "color": "#1f6feb"}


async def create(directories: RunningService, actor: Actor, **source: Any) -> Any:
    return (await directories.data(CREATE, actor, input=source))["createDirectoryEntry"]


async def test_a_new_class_is_there_for_everybody_at_once(
    directories: RunningService, manager: Actor, reader: Actor
) -> None:
    made = await create(
        directories,
        manager,
        **CLASS,
        order=5,
        translations=[{"locale": "de", "name": "Wetter", "description": "Nass."}],
    )

    assert made["errors"] == []
    shown = {key: made["entry"][key] for key in ("__typename", "code", "name", "color", "order", "active", "version")}
    assert shown == {
        "__typename": "Classification",
        "code": "weather",
        "name": "weather",
        "color": "#1F6FEB",
        "order": 5,
        "active": True,
        "version": 1,
    }
    listed = await directories.data('{ classifications { code name(locale: "de-CH") } }', reader)
    assert listed["classifications"][0] == {"code": "weather", "name": "Wetter"}
    events = await directories.events()
    assert events[-1].type == "directory.entry_changed.v1"
    assert events[-1].data == {"entry_id": made["entry"]["id"], "kind": "classification"}
    assert (events[-1].company_id, events[-1].sequence) == (None, 1)


async def test_each_directory_has_fields_of_its_own(
    directories: RunningService, manager: Actor, ids: dict[str, UUID]
) -> None:
    common = {"color": "#000000"}
    kind = await create(
        directories, manager, kind="INCIDENT_TYPE", code="fraud.new", classification={"id": str(ids["fraud"])}, **common
    )
    status = await create(directories, manager, kind="STATUS", code="gone", category="CLOSED", visible=False, **common)
    severity = await create(directories, manager, kind="SEVERITY", code="worst", rank=9, **common)

    assert kind["entry"]["classification"] == {"code": "fraud"}
    assert {key: status["entry"][key] for key in ("category", "isInitial", "isFinal", "visible")} == {
        "category": "CLOSED",
        "isInitial": False,
        "isFinal": True,
        "visible": False,
    }
    assert severity["entry"]["rank"] == 9


async def test_there_is_one_initial_status_at_a_time(
    directories: RunningService, manager: Actor, reader: Actor, ids: dict[str, UUID]
) -> None:
    made = await create(
        directories, manager, kind="STATUS", code="received", category="NEW", isInitial=True, color="#000000"
    )

    data = await directories.data("{ incidentStatuses { code isInitial version } }", reader)
    assert made["errors"] == []
    assert [each["code"] for each in data["incidentStatuses"] if each["isInitial"]] == ["received"]
    assert {"code": "open", "isInitial": False, "version": 2} in data["incidentStatuses"]
    assert [event.subject for event in (await directories.events())[-2:]] == [ids["open"], UUID(made["entry"]["id"])]


@pytest.mark.parametrize(
    ("source", "code", "field"),
    [
        ({"code": "Weather"}, "INVALID", ["code"]),
        ({"code": "fraud"}, "CONFLICT", ["code"]),
        ({"color": "blue"}, "INVALID", ["color"]),
        ({"icon": "<svg>"}, "INVALID", ["icon"]),
        ({"order": -1}, "INVALID", ["order"]),
        ({"translations": [{"locale": "xx", "name": "x"}]}, "INVALID", ["translations", "0", "locale"]),
        ({"translations": [{"locale": "de"}]}, "INVALID", ["translations", "0", "name"]),
        ({"rank": 1}, "INVALID", ["rank"]),
        ({"isInitial": True}, "INVALID", ["isInitial"]),
        ({"kind": "SEVERITY"}, "INVALID", ["rank"]),
        ({"kind": "STATUS"}, "INVALID", ["category"]),
        ({"kind": "STATUS", "category": "MERGED", "isInitial": True}, "INVALID", ["isInitial"]),
        ({"kind": "STATUS", "category": "NEW", "isInitial": True, "active": False}, "INVALID", ["active"]),
        ({"kind": "INCIDENT_TYPE"}, "INVALID", ["classification"]),
        ({"kind": "INCIDENT_TYPE", "classification": {}}, "INVALID", ["classification"]),
        ({"kind": "INCIDENT_TYPE", "classification": {"id": "1"}}, "INVALID", ["classification", "id"]),
        ({"kind": "INCIDENT_TYPE", "classification": {"code": "climate"}}, "NOT_FOUND", ["classification"]),
        ({"kind": "INCIDENT_TYPE", "classification": {"code": "open"}}, "NOT_FOUND", ["classification"]),
    ],
)
async def test_a_refusal_names_the_field_and_stores_and_tells_nothing(
    directories: RunningService, manager: Actor, source: dict[str, Any], code: str, field: list[str]
) -> None:
    made = await create(directories, manager, **(CLASS | source))

    assert made["entry"] is None
    assert [(error["code"], error["field"]) for error in made["errors"]] == [(code, field)]
    assert len(await directories.ask("snapshots/directory_entry", {}, caller="incidents")) == DEFAULTS
    assert len(await directories.events()) == DEFAULTS


async def test_the_same_code_may_be_used_in_another_directory(directories: RunningService, manager: Actor) -> None:
    made = await create(directories, manager, **(CLASS | {"code": "open"}))

    assert made["errors"] == []


@pytest.mark.parametrize("held", [{}, {"directory.manage": [uuid7()]}, {"access.manage": EVERY_COMPANY}])
async def test_who_does_not_manage_every_company_is_denied(directories: RunningService, held: dict[str, Any]) -> None:
    made = await create(directories, user(held), **CLASS)

    assert made["entry"] is None
    assert made["errors"] == [
        {
            "code": "DENIED",
            "message": "Entries hold for every company: this needs the permission directory.manage in every company.",
            "field": [],
        }
    ]
    assert len(await directories.events()) == DEFAULTS
