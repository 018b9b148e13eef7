"""Reading what the cursors of this service hold: all its lists are by name."""

from typing import Any
from uuid import UUID

from chassis.graphql.connection import Page


def page_by_name(first: int, after: str | None) -> tuple[Page, tuple[Any, ...] | None]:
    """The page, and the name and id that its cursor holds. Raises Invalid for the cursor of another list."""
    page = Page.of(first, after, order="NAME")
    return page, page.typed(str, UUID)
