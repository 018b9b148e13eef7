"""Pages: cursors that come back as they went out, limits, and cursors that are none of this list."""

import base64
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest
import strawberry

from chassis.errors import Invalid
from chassis.graphql.connection import LONGEST_PAGE, Connection, Page, encode
from chassis.identifiers import uuid7
from chassis.paging import Place

TIMES = (datetime.fromisoformat, UUID)
ORDER = "AT_DESC"


@strawberry.type
class Things(Connection[str]):
    """A connection of names."""


async def count() -> int:
    return 7


@pytest.mark.parametrize(
    ("key", "types"),
    [
        ((datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC), uuid7()), TIMES),
        ((datetime(1, 1, 1, tzinfo=UTC), UUID(int=0)), TIMES),
        (("Ä/+ü?=&\n", 2**62), (str, int)),
        ((-1,), (int,)),
    ],
)
def test_a_cursor_comes_back_as_it_went_out(key: tuple[Any, ...], types: tuple[Any, ...]) -> None:
    cursor = encode(key, ORDER)
    assert cursor.isascii()
    assert Page.of(10, cursor, order=ORDER).typed(*types) == Place(key)
    assert Page.of(None, None, 10, cursor, order=ORDER).typed(*types) == Place(key, backwards=True)


def test_without_a_cursor_a_page_begins_at_the_beginning() -> None:
    assert Page.of(10, None, order=ORDER).typed(*TIMES) is None


@pytest.mark.parametrize("first", [1, 50, LONGEST_PAGE])
def test_a_page_may_hold_up_to_a_hundred(first: int) -> None:
    assert Page.of(first, None, order=ORDER).first == first


@pytest.mark.parametrize("first", [0, -1, LONGEST_PAGE + 1, 2**31 - 1])
def test_a_page_of_another_length_is_refused_with_the_limit(first: int) -> None:
    with pytest.raises(Invalid, match="between 1 and 100") as caught:
        Page.of(first, None, order=ORDER)
    assert caught.value.field == ("first",)


def coded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense!",
        "a",
        "ä",
        coded(b"{}"),
        coded(b'"text"'),
        coded(b"null"),
        coded(b"["),
        coded(b"[" * 5000),
        coded(b"\xff"),
        encode((), ORDER),
        encode((1, 2), ORDER),
        encode((None, None), ORDER),
        encode(("2026-01-01T00:00:00+00:00",), ORDER),
        encode(("2026-01-01T00:00:00+00:00", "no id"), ORDER),
        encode(("yesterday", str(uuid7())), ORDER),
        encode(("2026-01-01T00:00:00+00:00", str(uuid7()), 1), ORDER),
        encode((["2026-01-01T00:00:00+00:00"], str(uuid7())), ORDER),
        encode((True, {"a": 1}), ORDER),
    ],
)
def test_a_cursor_of_another_list_is_refused_with_the_way_out(cursor: str) -> None:
    with pytest.raises(Invalid, match=r"pageInfo\.endCursor") as caught:
        Page.of(10, cursor, order=ORDER).typed(*TIMES)
    assert caught.value.field == ("after",)


@pytest.mark.parametrize(("rows", "shown", "more"), [(0, 0, False), (2, 2, False), (3, 3, False), (4, 3, True)])
async def test_one_row_too_many_tells_of_a_next_page(rows: int, shown: int, more: bool) -> None:
    found = [(f"thing {number}", (number,)) for number in range(rows)]
    page = Page.of(3, None, order=ORDER).connection(Things, found, count)
    assert [edge.node for edge in page.edges] == [f"thing {number}" for number in range(shown)]
    assert page.page_info.has_next_page is more
    assert page.page_info.end_cursor == (encode((shown - 1,), ORDER) if shown else None)
    assert await page.count() == 7


async def test_following_the_cursors_shows_everything_once() -> None:
    everything = list(range(25))
    seen: list[int] = []
    after: str | None = None
    while True:
        page = Page.of(10, after, order=ORDER)
        place = page.typed(int)
        rest = [number for number in everything if place is None or number > (place.key or [0])[0]][: page.first + 1]
        info = page.connection(Things, [(str(number), (number,)) for number in rest], count)
        seen += [int(edge.node) for edge in info.edges]
        after = info.page_info.end_cursor
        if not info.page_info.has_next_page:
            break
    assert seen == everything


async def test_pages_from_the_end_show_everything_once_and_each_in_the_order_of_the_list() -> None:
    everything = list(range(25))
    seen: list[int] = []
    before: str | None = None
    while True:
        page = Page.of(None, None, 10, before, order=ORDER)
        place = page.typed(int)
        rest = [number for number in everything if place is None or place.key is None or number < place.key[0]][::-1][
            : page.first + 1
        ]
        info = page.connection(Things, [(str(number), (number,)) for number in rest], count)
        seen = [*(int(edge.node) for edge in info.edges), *seen]
        assert info.page_info.has_next_page is (before is not None)
        before = info.page_info.start_cursor
        if not info.page_info.has_previous_page:
            break
    assert seen == everything


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ((5, None, 5, None), "last"),
        ((None, "a", 5, None), "last"),
        ((None, "a", None, "b"), "last"),
        ((5, "a", 5, "b"), "last"),
        ((5, None, None, "b"), "before"),
        ((None, None, 0, None), "last"),
        ((None, None, 101, None), "last"),
        ((None, None, -1, "b"), "last"),
        ((None, None, 5, "nonsense!"), "before"),
        ((None, None, 5, encode((1,), "AT_ASC")), "before"),
    ],
)
def test_what_is_no_page_is_refused_with_its_field(given: tuple[Any, ...], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        Page.of(*given, order=ORDER)
    assert caught.value.field == (field,)


@pytest.mark.parametrize("given", [(None, None), (None, None, None, None), (20, None)])
def test_a_page_of_no_length_given_is_of_the_usual_length_from_the_beginning(given: tuple[Any, ...]) -> None:
    assert Page.of(*given, order=ORDER) == Page(20, None, ORDER)


def test_before_alone_goes_back_by_a_usual_page() -> None:
    assert Page.of(None, None, None, encode((1,), ORDER), order=ORDER) == Page(20, (1,), ORDER, backwards=True)


def test_a_cursor_is_opaque_and_shows_only_the_sort_key() -> None:
    assert orjson.loads(base64.urlsafe_b64decode(encode((1, "a"), ORDER))) == [ORDER, 1, "a"]


@pytest.mark.parametrize("order", ["", "AT_ASC", "AT_DESC AT_DESC"])
def test_a_cursor_serves_only_the_order_it_was_made_in(order: str) -> None:
    with pytest.raises(Invalid, match="no cursor of this list") as caught:
        Page.of(10, encode(("2026-01-01T00:00:00+00:00", str(uuid7())), ORDER), order=order)
    assert caught.value.field == ("after",)
