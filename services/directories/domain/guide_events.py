"""What this service tells the others of the guide."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidePublished:
    """A version of a page is there to be read. `number` counts its versions from 1; `locales` are BCP 47 tags."""

    type: ClassVar[str] = "guide.published.v1"
    page_id: UUID
    slug: str
    number: int
    locales: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidePageChanged:
    """A page is there, or readers have it from now on, or no more: `shown` tells which. Texts have no part in it."""

    type: ClassVar[str] = "guide.page_changed.v1"
    page_id: UUID
    shown: bool
