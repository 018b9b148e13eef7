"""Cursors that somebody made up, in the lists of access: refused as those of other lists are."""

from typing import Any

import pytest

from chassis.access import Actor
from chassis.graphql.connection import encode
from chassis.identifiers import uuid7
from tests.support.services import RunningService

ID = str(uuid7())
NO_TEXTS: list[Any] = ["\x00", None, {}]
NO_MOMENTS: list[Any] = ["9999-12-31T23:59:59-14:00", None, {}]


@pytest.mark.parametrize(
    ("field", "order", "key"),
    [
        *[("companies", "NAME", [part, ID]) for part in NO_TEXTS],
        *[("accessChanges", "AT_DESC", [part, ID]) for part in NO_MOMENTS],
    ],
)
async def test_a_part_that_no_list_wrote_is_a_foreign_cursor(
    access: RunningService, administrator: Actor, field: str, order: str, key: list[Any]
) -> None:
    query = f"query ($after: String) {{ {field}(after: $after) {{ totalCount }} }}"

    answer = await access.graph(query, administrator, after=encode(key, order))

    assert [(each["extensions"]["code"], each["extensions"]["field"]) for each in answer["errors"]] == [
        ("INVALID", ["after"])
    ]
