"""Relay connections over keyset pages: the same page again and again costs the same, however deep it lies."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, TypeAlias, TypeVar

import orjson
import strawberry

from chassis.errors import Invalid
from chassis.identifiers import to_json
from chassis.paging import Place

N = TypeVar("N")
LONGEST_PAGE: Final = 100
USUAL_PAGE: Final = 20
First: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"How many at most from the beginning, or behind `after`: 1 to {LONGEST_PAGE}; "
        f"{USUAL_PAGE} where neither this nor `last` is given."
    ),
]
After: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Continue behind this cursor, from `pageInfo.endCursor`.")
]
Last: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"Instead of `first`: how many at most from the end, or before `before`, 1 to {LONGEST_PAGE}; "
        "in the order of the list all the same."
    ),
]
Before: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Go back from this cursor, from `pageInfo.startCursor`; with `last`.")
]


@strawberry.federation.type(shareable=True, description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follows after `endCursor`.")
    end_cursor: str | None = strawberry.field(description="Hand this to `after` for the next page; null when empty.")
    has_previous_page: bool = strawberry.field(
        description="Whether more comes before `startCursor`; of a page behind a cursor, that one was before it."
    )
    start_cursor: str | None = strawberry.field(
        description="Hand this to `before`, with `last`, for the page before; null when empty."
    )


@strawberry.type(description="One item of a page with its place in the list.")
class Edge(Generic[N]):
    node: N = strawberry.field(description="The item.")
    cursor: str = strawberry.field(description="Opaque; hand it to `after` or `before` to go on from this item.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[N]):
    edges: list[Edge[N]] = strawberry.field(description="The items of this page with their cursors.")
    page_info: PageInfo = strawberry.field(description="Whether and how to go on.")
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @strawberry.field(description="The items of this page.")
    def nodes(self) -> list[N]:
        return [edge.node for edge in self.edges]

    @strawberry.field(description="How many items the whole list has; counted only when asked for.")
    async def total_count(self) -> int:
        return await self.count()


@dataclass(frozen=True, slots=True)
class Page:
    """What a caller asked for: at most `first` rows of a list in that `order`, behind the row whose sort key is `key`.

    With `backwards` they are the ones before it; and without a key the first or the last ones of the list.
    """

    first: int
    key: tuple[Any, ...] | None
    order: str
    backwards: bool = False

    @classmethod
    def of(
        cls, first: int | None, after: str | None, last: int | None = None, before: str | None = None, *, order: str
    ) -> "Page":
        """`order` names what the list is sorted by. Raises Invalid for a page longer than a hundred, for one that is
        asked for from both ends, and for a cursor that is none of ours or of another order.
        """
        backwards = last is not None or (before is not None and first is None)
        if backwards and (first is not None or after is not None):
            raise Invalid("last and before go back, first and after go on: give one pair of them.", field=("last",))
        if before is not None and not backwards:
            raise Invalid("before takes last: give it instead of first.", field=("before",))
        number, name, cursor = (last, "last", before) if backwards else (first, "first", after)
        number = USUAL_PAGE if number is None else number
        if not 1 <= number <= LONGEST_PAGE:
            raise Invalid(f"{name} must be between 1 and {LONGEST_PAGE}.", field=(name,))
        page = cls(number, None, order, backwards)
        return page if cursor is None else cls(number, page._decode(cursor), order, backwards)

    def typed(self, *types: Callable[[Any], Any]) -> Place | None:
        """Where the page begins, each part of its key read by its type; None at the list's beginning.

        Raises Invalid when the cursor belongs to another list.
        """
        if self.key is None:
            return Place(backwards=True) if self.backwards else None
        try:
            key = tuple(read(part) for read, part in zip(types, self.key, strict=True))
        except (TypeError, ValueError, AttributeError) as error:
            raise self._foreign() from error
        return Place(key, self.backwards)

    def connection(
        self,
        kind: type[Connection[N]],
        rows: Sequence[tuple[N, Sequence[Any]]],
        count: Callable[[], Awaitable[int]],
    ) -> Connection[N]:
        """`rows` are up to `first` + 1 nodes with their sort keys, those nearest to the place where the page begins
        first; the one too many tells that there is more.
        """
        edges = [Edge(node=node, cursor=encode(key, self.order)) for node, key in rows[: self.first]]
        more, came_from = len(rows) > self.first, self.key is not None
        if self.backwards:
            edges.reverse()
        info = PageInfo(
            has_next_page=came_from if self.backwards else more,
            end_cursor=edges[-1].cursor if edges else None,
            has_previous_page=more if self.backwards else came_from,
            start_cursor=edges[0].cursor if edges else None,
        )
        return kind(edges=edges, page_info=info, count=count)

    def _decode(self, cursor: str) -> tuple[Any, ...]:
        try:
            key = orjson.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        except (binascii.Error, ValueError) as error:
            raise self._foreign() from error
        if not isinstance(key, list) or key[:1] != [self.order]:
            raise self._foreign()
        return tuple(key[1:])

    def _foreign(self) -> Invalid:
        name, source = ("before", "startCursor") if self.backwards else ("after", "endCursor")
        return Invalid(f"{name} is no cursor of this list: take it from pageInfo.{source}.", field=(name,))


def encode(key: Sequence[Any], order: str) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([order, *key], default=to_json)).decode()
