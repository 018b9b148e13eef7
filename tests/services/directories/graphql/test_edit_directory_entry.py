"""Changing entries."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from chassis.access import Actor
from chassis.identifiers import uuid7
from tests.support.defaults import DEFAULTS
from tests.support.services import RunningService, user

EDIT = """
mutation ($input: EditDirectoryEntryInput!) { editDirectoryEntry(input: $input) {
    entry { __typename code name color version translations { locale name description } }
    errors { code message field }
} }
"""


async def edit(directories: RunningService, actor: Actor, entry: UUID, expected: int = 1, **changes: Any) -> Any:
    source = {"id": str(entry), "expectedVersion": expected, **changes}
    return (await directories.data(EDIT, actor, input=source))["editDirectoryEntry"]


async def test_a_new_name_is_seen_at_once_by_everybody_and_told_to_the_others(
    directories: RunningService, manager: Actor, reader: Actor, ids: dict[str, UUID]
) -> None:
    await directories.data("{ classifications { name } }", reader)

    made = await edit(directories, manager, ids["fraud"], translations=[{"locale": "en", "name": "Swindle"}])

    assert made["errors"] == []
    assert (made["entry"]["name"], made["entry"]["version"]) == ("Swindle", 2)
    assert await directories.entities("Classification", [ids["fraud"]], "name", reader) == [{"name": "Swindle"}]
    last = (await directories.events())[-1]
    assert (last.subject, last.sequence, last.data["kind"]) == (ids["fraud"], 2, "classification")
    published = await directories.ask("lookups/directory_entry", {"ids": [str(ids["fraud"])]}, caller="incidents")
    assert (published[0]["version"], published[0]["names"]["en"]) == (2, "Swindle")


async def test_translations_are_added_changed_and_taken_away_one_by_one(
    directories: RunningService, manager: Actor, ids: dict[str, UUID]
) -> None:
    gone = [{"locale": tag, "name": None} for tag in ("es", "fr", "ru")]
    made = await edit(directories, manager, ids["fraud"], translations=gone)
    changes = [
        {"locale": "fr", "name": "Fraude"},
        {"locale": "en", "description": None},
        {"locale": "kk", "name": None},
        {"locale": "de", "description": "Betrug aller Art."},
    ]

    made = await edit(directories, manager, ids["fraud"], expected=2, translations=changes)

    assert made["entry"]["translations"] == [
        {"locale": "de", "name": "Betrug", "description": "Betrug aller Art."},
        {"locale": "en", "name": "Fraud", "description": None},
        {"locale": "fr", "name": "Fraude", "description": None},
    ]


async def test_looks_and_the_class_of_a_type_can_be_changed(
    directories: RunningService, manager: Actor, reader: Actor, ids: dict[str, UUID]
) -> None:
    phishing = ids["fraud.phishing"]

    made = await edit(
        directories, manager, phishing, color="#00ff00", icon=None, order=1, classification={"code": "intrusions"}
    )

    assert made["errors"] == []
    found = await directories.entities("IncidentType", [phishing], "color icon order classification { code }", reader)
    assert found == [{"color": "#00FF00", "icon": None, "order": 1, "classification": {"code": "intrusions"}}]


async def test_the_initial_mark_moves_from_one_status_to_another(
    directories: RunningService, manager: Actor, reader: Actor, ids: dict[str, UUID]
) -> None:
    made = await edit(directories, manager, ids["triage"], isInitial=True)

    assert made["errors"] == []
    found = await directories.entities("IncidentStatus", [ids["open"], ids["triage"]], "isInitial version", reader)
    assert found == [{"isInitial": False, "version": 2}, {"isInitial": True, "version": 2}]
    assert [event.subject for event in (await directories.events())[DEFAULTS:]] == [ids["open"], ids["triage"]]


async def test_an_edit_that_changes_nothing_raises_no_version_and_tells_nothing(
    directories: RunningService, manager: Actor, ids: dict[str, UUID]
) -> None:
    same: dict[str, Any] = {"translations": [{"locale": "en", "name": "Open"}], "isInitial": True, "active": True}

    made = await edit(directories, manager, ids["open"], **same)

    assert (made["entry"]["version"], made["errors"]) == (1, [])
    assert len(await directories.events()) == DEFAULTS


async def test_a_stale_version_is_refused_with_the_entry_as_it_is_now(
    directories: RunningService, manager: Actor, ids: dict[str, UUID]
) -> None:
    await edit(directories, manager, ids["fraud"], color="#111111")

    made = await edit(directories, manager, ids["fraud"], color="#222222")

    assert (made["entry"]["color"], made["entry"]["version"]) == ("#111111", 2)
    assert made["errors"] == [
        {
            "code": "CONFLICT",
            "message": "Version 2 is current, you have 1: look at the changes and try again.",
            "field": ["expectedVersion"],
        }
    ]


async def test_of_two_edits_at_the_same_time_one_wins(
    directories: RunningService, manager: Actor, ids: dict[str, UUID]
) -> None:
    both = await asyncio.gather(
        *(edit(directories, manager, ids["fraud"], color=colour) for colour in ("#111111", "#222222"))
    )

    assert sorted(len(each["errors"]) for each in both) == [0, 1]
    assert len(await directories.events()) == DEFAULTS + 1


@pytest.mark.parametrize(
    ("entry", "changes", "code", "field"),
    [
        ("fraud", {"color": "blue"}, "INVALID", ["color"]),
        ("fraud", {"color": None}, "INVALID", ["color"]),
        ("fraud", {"active": None}, "INVALID", ["active"]),
        ("fraud", {"rank": 1}, "INVALID", ["rank"]),
        ("fraud", {"classification": {"code": "fraud"}}, "INVALID", ["classification"]),
        ("fraud.phishing", {"classification": {"code": "fraud.phishing"}}, "NOT_FOUND", ["classification"]),
        ("fraud.phishing", {"classification": None}, "INVALID", ["classification"]),
        ("fraud", {"translations": [{"locale": "de_AT", "name": "x"}]}, "INVALID", ["translations", "0", "locale"]),
        ("open", {"isInitial": False}, "INVALID", ["isInitial"]),
        ("open", {"active": False}, "INVALID", ["active"]),
        ("closed", {"isInitial": True}, "INVALID", ["isInitial"]),
    ],
)
async def test_a_refusal_names_the_field_and_stores_and_tells_nothing(
    directories: RunningService,
    manager: Actor,
    ids: dict[str, UUID],
    entry: str,
    changes: dict[str, Any],
    code: str,
    field: list[str],
) -> None:
    before = await directories.ask("snapshots/directory_entry", {}, caller="incidents")

    made = await edit(directories, manager, ids[entry], **changes)

    assert made["entry"] is None
    assert [(error["code"], error["field"]) for error in made["errors"]] == [(code, field)]
    assert await directories.ask("snapshots/directory_entry", {}, caller="incidents") == before
    assert len(await directories.events()) == DEFAULTS


@pytest.mark.parametrize(("entry", "code"), [(str(uuid7()), "NOT_FOUND"), ("no id", "INVALID")])
async def test_an_entry_that_is_not_there_is_refused(
    directories: RunningService, manager: Actor, entry: str, code: str
) -> None:
    source = {"id": entry, "expectedVersion": 1, "color": "#000000"}

    made = (await directories.data(EDIT, manager, input=source))["editDirectoryEntry"]

    assert made["entry"] is None
    assert [(error["code"], error["field"]) for error in made["errors"]] == [(code, ["id"])]


@pytest.mark.parametrize("held", [{}, {"directory.manage": [uuid7()]}])
async def test_who_does_not_manage_every_company_is_denied_and_nothing_changes(
    directories: RunningService, ids: dict[str, UUID], held: dict[str, Any]
) -> None:
    made = await edit(directories, user(held), ids["fraud"], color="#000000")

    assert (made["entry"], made["errors"][0]["code"]) == (None, "DENIED")
    published = await directories.ask("lookups/directory_entry", {"codes": ["fraud"]}, caller="incidents")
    assert published[0]["version"] == 1
    assert len(await directories.events()) == DEFAULTS
