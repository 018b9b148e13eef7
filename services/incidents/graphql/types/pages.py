"""Reading what the cursors of this service hold."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.graphql.connection import Page
from services.incidents.domain import details
from services.incidents.persistence.orders import Order

_LARGEST_SEQUENCE: Final = 2**63 - 1


def page_of_incidents(first: int, after: str | None, orders: Sequence[Order]) -> tuple[Page, tuple[Any, ...] | None]:
    """The page, and the sort key that its cursor holds. Raises Invalid for the cursor of another list or order."""
    page = Page.of(first, after, order=" ".join(order.name for order in orders))
    return page, page.typed(*(_time for _ in orders), UUID)


def page_of_history(first: int, after: str | None) -> tuple[Page, tuple[Any, ...] | None]:
    """The page, and the sequence that its cursor holds. Raises Invalid for the cursor of another list."""
    page = Page.of(first, after, order="SEQUENCE_DESC")
    return page, page.typed(_sequence)


def page_of_parts(first: int, after: str | None, order: str) -> tuple[Page, tuple[Any, ...] | None]:
    """The page, and the id that its cursor holds; `order` names the list. Raises Invalid for the cursor of another."""
    page = Page.of(first, after, order=order)
    return page, page.typed(UUID)


def page_of_tasks(first: int, after: str | None) -> tuple[Page, tuple[Any, ...] | None]:
    """The page, and the position and id that its cursor holds. Raises Invalid for the cursor of another list."""
    page = Page.of(first, after, order="TASKS")
    return page, page.typed(_whole_number, UUID)


def page_by_urgency(first: int, after: str | None, order: str) -> tuple[Page, tuple[Any, ...] | None]:
    """The page, and whether it is finished, the due date and the id that its cursor holds; `order` names the list."""
    page = Page.of(first, after, order=order)
    return page, page.typed(_flag, _time_or_none, UUID)


def _time(part: Any) -> datetime | None:
    return details.moment(datetime.fromisoformat(part))


def _time_or_none(part: Any) -> datetime | None:
    return None if part is None else _time(part)


def _flag(part: Any) -> bool:
    if not isinstance(part, bool):
        raise TypeError(part)
    return part


def _whole_number(part: Any) -> int:
    if type(part) is not int or abs(part) > _LARGEST_SEQUENCE:
        raise ValueError(part)
    return part


def _sequence(part: Any) -> int:
    if not (isinstance(part, int) and 0 <= part <= _LARGEST_SEQUENCE):
        raise ValueError(part)
    return part
