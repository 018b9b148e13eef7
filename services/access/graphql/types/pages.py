"""Reading what the cursors of this service hold: all its lists are by name."""

from typing import TypeAlias
from uuid import UUID

from chassis.graphql.connection import Page
from chassis.graphql.cursors import text_part
from chassis.paging import Place

Asked: TypeAlias = tuple[Page, Place | None]


def page_by_name(first: int | None, after: str | None, last: int | None, before: str | None) -> Asked:
    """The page, and its place by name and id. Raises Invalid for what is no page, and the cursor of another list."""
    page = Page.of(first, after, last, before, order="NAME")
    return page, page.typed(text_part, UUID)
