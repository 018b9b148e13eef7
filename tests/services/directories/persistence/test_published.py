"""What other services may know of entries."""

from uuid import UUID

import pytest

from chassis.errors import Fault
from tests.support.defaults import DEFAULTS
from tests.support.services import RunningService


async def test_the_snapshot_gives_every_entry_once_page_by_page(directories: RunningService) -> None:
    rows: list[dict[str, str]] = []
    while True:
        after = rows[-1]["id"] if rows else None
        page = await directories.ask("snapshots/directory_entry", {"after": after, "limit": 25}, caller="files")
        rows += page
        if len(page) < 25:
            break

    assert len({row["id"] for row in rows}) == len(rows) == DEFAULTS
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)


async def test_a_look_up_answers_by_id_and_by_code(directories: RunningService, ids: dict[str, UUID]) -> None:
    by_id = await directories.ask("lookups/directory_entry", {"ids": [str(ids["open"])]}, caller="incidents")
    by_code = await directories.ask("lookups/directory_entry", {"codes": ["open", "weather"]}, caller="notifications")

    assert by_id == by_code
    assert by_id == [
        {
            "id": str(ids["open"]),
            "version": 1,
            "kind": "status",
            "code": "open",
            "active": True,
            "visible": True,
            "valid_from": None,
            "valid_to": None,
            "parent_id": None,
            "category": "NEW",
            "is_initial": True,
            "is_final": False,
            "rank": None,
            "pattern": None,
            "single": False,
            "inverse_id": None,
            "merged_into_id": None,
            "company_id": None,
            "names": {
                "ar": "مفتوح",
                "de": "Offen",
                "en": "Open",
                "es": "Abierto",
                "fr": "Ouvert",
                "kk": "Ашық",
                "ru": "Открыт",
            },
        }
    ]


async def test_a_type_is_published_with_its_class(directories: RunningService, ids: dict[str, UUID]) -> None:
    rows = await directories.ask("lookups/directory_entry", {"codes": ["fraud.phishing"]}, caller="incidents")

    assert [(row["kind"], row["parent_id"]) for row in rows] == [("incident_type", str(ids["fraud"]))]


@pytest.mark.parametrize("caller", ["access", "gateway"])
async def test_nobody_else_is_answered(directories: RunningService, caller: str) -> None:
    with pytest.raises(Fault, match="answered 403"):
        await directories.ask("lookups/directory_entry", {}, caller=caller)
