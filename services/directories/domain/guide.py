"""The guide at one moment: pages in a tree, for everybody or for one company, each in several languages."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.errors import Invalid, NotFound
from chassis.locales import choose
from services.directories.domain.guide_texts import Stand

DEEPEST: Final = 5
MOST_PAGES: Final = 300  # of everybody, and again of each company: readers are told the whole tree at once
PARENT: Final = "parent_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`number` is that of the published version, None before the first.

    `stands` are its languages (BCP 47): those of the published version, or of the draft before the first.
    An addition belongs to its parent and is shown with it, not below it.
    """

    id: UUID
    version: int
    slug: str
    parent_id: UUID | None
    is_addition: bool
    sort_order: int
    active: bool
    company_id: UUID | None
    source_locale: str
    number: int | None
    published_at: datetime | None
    draft_changed: bool
    stands: Mapping[str, Stand]

    def served(self, wanted: tuple[str, ...]) -> str:
        """The best of its languages for a reader of `wanted`, best first; its source where none serves."""
        return choose(wanted, tuple(self.stands)) or self.source_locale


@dataclass(frozen=True, slots=True)
class Tree:
    """All pages that somebody sees, in reading order. A page whose parent is not seen is not there either."""

    pages: tuple[Page, ...]
    depths: Mapping[UUID, int] = field(repr=False)  # 1 at the top
    by_id: Mapping[UUID, Page] = field(repr=False)
    _below: Mapping[UUID | None, list[Page]] = field(repr=False)

    @classmethod
    def of(cls, pages: Iterable[Page]) -> "Tree":
        below: dict[UUID | None, list[Page]] = {}
        for page in sorted(pages, key=_place):
            below.setdefault(page.parent_id, []).append(page)
        found = list(_downwards(below, None, 1))
        return cls(
            tuple(page for page, _ in found),
            {page.id: depth for page, depth in found},
            {page.id: page for page, _ in found},
            below,
        )

    def children(self, of: UUID | None) -> list[Page]:
        return [page for page in self._below.get(of, ()) if not page.is_addition]

    def additions(self, to: UUID) -> list[Page]:
        return [page for page in self._below.get(to, ()) if page.is_addition]

    def find(self, slug: str) -> Page | None:
        """Everybody's page before one of a company; of those the oldest."""
        named = [page for page in self.pages if page.slug == slug]
        return min(named, key=lambda page: (page.company_id is not None, page.id), default=None)

    def shown(self) -> frozenset[UUID]:
        """Those that readers have: published, not hidden, and below such pages only."""
        found: set[UUID] = set()
        for page in self.pages:  # in reading order: what is above a page comes before it
            above = page.parent_id is None or page.parent_id in found
            if above and page.active and page.number is not None:
                found.add(page.id)
        return frozenset(found)

    def locales(self) -> list[str]:
        """All languages that any page has."""
        return sorted({locale for page in self.pages for locale in page.stands})


def check_place(pages: Iterable[Page], moved: Page, parent_id: UUID | None) -> None:
    """Whether `moved` may stand below `parent_id`, with all that is below it. `pages` are all that there are to see.

    Raises NotFound for a parent that is not there, Invalid for one that belongs to others, a circle, or a tree that is
    too deep.
    """
    known = {page.id: page for page in pages} | {moved.id: moved}
    if parent_id is None:
        if moved.is_addition:
            raise Invalid("An addition belongs to a page: name it.", field=(PARENT,))
        return
    parent = known.get(parent_id)
    if parent is None:
        raise NotFound("The page above was", field=(PARENT,))
    _check_owner(parent, moved)
    above = list(_upwards(known, parent_id))
    if moved.id in above:
        raise Invalid("A page cannot be below itself.", field=(PARENT,))
    if len(above) + _height(known, moved.id) > DEEPEST:
        raise Invalid(f"Pages are at most {DEEPEST} deep.", field=(PARENT,))


def _check_owner(parent: Page, moved: Page) -> None:
    if parent.is_addition:
        raise Invalid("Nothing can be below an addition.", field=(PARENT,))
    if parent.company_id not in (None, moved.company_id):
        raise Invalid("A page of a company can have only pages of that company below it.", field=(PARENT,))


def _place(page: Page) -> tuple[int, bool, str, UUID]:
    return page.sort_order, page.company_id is not None, page.slug, page.id


def _downwards(below: Mapping[UUID | None, list[Page]], parent: UUID | None, depth: int) -> Iterator[tuple[Page, int]]:
    for page in below.get(parent, ()):
        yield page, depth
        yield from _downwards(below, page.id, depth + 1)


def _upwards(known: Mapping[UUID, Page], start: UUID | None) -> Iterator[UUID]:
    while start is not None:
        yield start
        page = known.get(start)
        start = None if page is None else page.parent_id


def _height(known: Mapping[UUID, Page], top: UUID) -> int:
    """How many levels there are from `top` down, itself included."""
    levels, level = 0, {top}
    while level:
        levels, level = levels + 1, {page.id for page in known.values() if page.parent_id in level}
    return levels
