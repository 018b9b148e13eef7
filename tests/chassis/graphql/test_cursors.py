"""Parts of cursors that somebody made up."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.errors import Invalid
from chassis.graphql.connection import Page, encode
from chassis.graphql.cursors import moment_part, text_part

NO_TEXTS: list[Any] = ["\x00", "a\x00b", None, 1, True, {}, []]
NO_MOMENTS: list[Any] = [
    None, 1, {}, [], "", "no time", "2026-01-02T03:04:05", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "2026-01-02T03:04:05+00:00\x00",
]  # fmt: skip
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("read", "part"),
    [
        *[(text_part, part) for part in NO_TEXTS],
        *[(moment_part, part) for part in NO_MOMENTS],
    ],
)
def test_what_is_no_such_part_is_a_foreign_cursor(read: Callable[[Any], Any], part: Any) -> None:
    page = Page.of(None, encode([part], "ORDER"), order="ORDER")

    with pytest.raises(Invalid, match="no cursor of this list"):
        page.typed(read)


@pytest.mark.parametrize(("read", "value"), [(text_part, ""), (text_part, "Жібек"), (moment_part, MOMENT)])
def test_what_a_list_wrote_is_read_as_it_was(read: Callable[[Any], Any], value: Any) -> None:
    place = Page.of(None, encode([value], "ORDER"), order="ORDER").typed(read)

    assert place is not None
    assert place.key == (value,)
