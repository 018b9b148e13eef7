"""Cursors that somebody made up, in the lists of the directories: refused as those of other lists are."""

from typing import Any

import pytest

from chassis.access import EVERY_COMPANY
from chassis.graphql.connection import encode
from chassis.identifiers import uuid7
from services.directories.domain import permissions
from tests.support.services import RunningService, user

ID = str(uuid7())
NO_TEXTS: list[Any] = ["\x00", None, {}]
NO_MOMENTS: list[Any] = ["0001-01-01T00:00:00+14:00", "2026-01-01T00:00:00", {}]


@pytest.mark.parametrize(
    ("field", "order", "key"),
    [
        *[("glossary", "glossary", [part]) for part in NO_TEXTS],
        *[("translationQueue", "translations", key) for key in (["\x00", ID, "name"], ["name", ID, "\x00"])],
        *[("directoryChanges", "AT_DESC", [part, ID]) for part in NO_MOMENTS],
    ],
)
async def test_a_part_that_no_list_wrote_is_a_foreign_cursor(
    directories: RunningService, field: str, order: str, key: list[Any]
) -> None:
    everything = user(dict.fromkeys((permissions.MANAGE, permissions.REVIEW), EVERY_COMPANY))
    query = f"query ($after: String) {{ {field}(after: $after) {{ totalCount }} }}"

    answer = await directories.graph(query, everything, after=encode(key, order))

    assert [(each["extensions"]["code"], each["extensions"]["field"]) for each in answer["errors"]] == [
        ("INVALID", ["after"])
    ]
