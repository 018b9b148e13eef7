"""Reading what the cursors of this service hold."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from chassis.graphql.connection import Page
from chassis.graphql.cursors import moment_part, text_part
from chassis.paging import Place
from services.incidents.persistence.orders import Order

Asked: TypeAlias = tuple[Page, Place | None]
"""A page, and its place by the sort key that its cursor holds."""
_LARGEST_SEQUENCE: Final = 2**63 - 1
_LARGEST_SOURCE: Final = 9
_PLACE: Final = re.compile(r"[a-z0-9_-]{1,40}")
_LARGEST_RANK: Final = 2**31 - 1


def page_of_incidents(
    first: int | None, after: str | None, orders: Sequence[Order], last: int | None = None, before: str | None = None
) -> Asked:
    """Raises Invalid for what is no page, and for the cursor of another list or order."""
    page = Page.of(first, after, last, before, order=" ".join(order.name for order in orders))
    return page, page.typed(*map(_reader, orders), UUID)


def page_of_history(first: int | None, after: str | None, last: int | None = None, before: str | None = None) -> Asked:
    """By sequence. Raises Invalid for what is no page, and for the cursor of another list."""
    page = Page.of(first, after, last, before, order="SEQUENCE_DESC")
    return page, page.typed(_sequence)


def page_of_parts(
    first: int | None, after: str | None, order: str, last: int | None = None, before: str | None = None
) -> Asked:
    """By id; `order` names the list. Raises Invalid for what is no page, and for the cursor of another list."""
    page = Page.of(first, after, last, before, order=order)
    return page, page.typed(UUID)


def page_of_tasks(first: int | None, after: str | None, last: int | None = None, before: str | None = None) -> Asked:
    """By position and id. Raises Invalid for what is no page, and for the cursor of another list."""
    page = Page.of(first, after, last, before, order="TASKS")
    return page, page.typed(_whole_number, UUID)


def page_by_urgency(
    first: int | None, after: str | None, order: str, last: int | None = None, before: str | None = None
) -> Asked:
    """By whether it is finished (0 or 1), the due date and the id; `order` names the list. Raises Invalid likewise."""
    page = Page.of(first, after, last, before, order=order)
    return page, page.typed(_flag, _time_or_none, UUID)


def page_of_awaited(first: int | None, after: str | None, last: int | None = None, before: str | None = None) -> Asked:
    """By the date it is awaited and the id. Raises Invalid for what is no page, and for the cursor of another list."""
    page = Page.of(first, after, last, before, order="AWAITED")
    return page, page.typed(moment_part, UUID)


def page_of_timeline(
    first: int | None, after: str | None, order: str, last: int | None = None, before: str | None = None
) -> Asked:
    """By time, source and place; `order` names the list. Raises Invalid for what is no page, and for another cursor."""
    page = Page.of(first, after, last, before, order=order)
    return page, page.typed(moment_part, _source, _place)


def page_of_shared(first: int | None, after: str | None, last: int | None = None, before: str | None = None) -> Asked:
    """By how much is shared, time and id. Raises Invalid for what is no page, and for the cursor of another list."""
    page = Page.of(first, after, last, before, order="SHARED_INDICATORS")
    return page, page.typed(_sequence, moment_part, UUID)


def _reader(order: Order) -> Callable[[Any], Any]:
    if "_AT_" in order.name:
        return _time_or_none if order.value.nullable else moment_part
    if order.name.startswith("REFERENCE_"):
        return text_part
    return _rank_or_none if order.value.nullable else _rank


def _time_or_none(part: Any) -> datetime | None:
    return None if part is None else moment_part(part)


def _flag(part: Any) -> int:
    if not isinstance(part, bool):
        raise TypeError(part)
    return int(part)


def _rank(part: Any) -> int:
    if type(part) is not int or abs(part) > _LARGEST_RANK:
        raise ValueError(part)
    return part


def _rank_or_none(part: Any) -> int | None:
    return None if part is None else _rank(part)


def _whole_number(part: Any) -> int:
    if type(part) is not int or abs(part) > _LARGEST_SEQUENCE:
        raise ValueError(part)
    return part


def _sequence(part: Any) -> int:
    if not (isinstance(part, int) and 0 <= part <= _LARGEST_SEQUENCE):
        raise ValueError(part)
    return part


def _source(part: Any) -> int:
    if not (isinstance(part, int) and 0 <= part <= _LARGEST_SOURCE):
        raise ValueError(part)
    return part


def _place(part: Any) -> str:
    if not _PLACE.fullmatch(part):
        raise ValueError(part)
    return text_part(part)
