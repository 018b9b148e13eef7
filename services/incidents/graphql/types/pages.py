"""Reading what the cursors of this service hold."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.graphql.connection import Page
from services.incidents.domain import details
from services.incidents.persistence.incidents import Order

_LARGEST_SEQUENCE: Final = 2**63 - 1


def behind(page: Page, orders: Sequence[Order]) -> tuple[Any, ...] | None:
    """The sort key of incidents that the page's cursor holds. Raises Invalid for the cursor of another list."""
    return page.typed(*(_time for _ in orders), UUID)


def behind_sequence(page: Page) -> int | None:
    """The sequence that the page's cursor holds. Raises Invalid for the cursor of another list."""
    key = page.typed(_sequence)
    return None if key is None else int(key[0])


def _time(part: Any) -> datetime | None:
    return details.moment(datetime.fromisoformat(part))


def _sequence(part: Any) -> int:
    if not (isinstance(part, int) and 0 <= part <= _LARGEST_SEQUENCE):
        raise ValueError(part)
    return part
