"""Relay connections over keyset pages: the same page again and again costs the same, however deep it lies."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import orjson
import strawberry

from chassis.errors import Invalid
from chassis.identifiers import to_json

N = TypeVar("N")
LONGEST_PAGE = 100
First: TypeAlias = Annotated[int, strawberry.argument(description=f"How many at most, 1 to {LONGEST_PAGE}.")]
After: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Continue behind this cursor, from `pageInfo.endCursor`.")
]


@strawberry.federation.type(shareable=True, description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follows after `endCursor`.")
    end_cursor: str | None = strawberry.field(description="Hand this to `after` for the next page; null when empty.")


@strawberry.type(description="One item of a page with its place in the list.")
class Edge(Generic[N]):
    node: N = strawberry.field(description="The item.")
    cursor: str = strawberry.field(description="Opaque; hand it to `after` to continue behind this item.")


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
    """What a caller asked for: at most `first` rows behind the row whose sort key is `after`, in that `order`."""

    first: int
    after: tuple[Any, ...] | None
    order: str

    @classmethod
    def of(cls, first: int, after: str | None, *, order: str) -> "Page":
        """`order` names what the list is sorted by. Raises Invalid for a page longer than a hundred, and for a cursor
        that is none of ours or of another order.
        """
        if not 1 <= first <= LONGEST_PAGE:
            raise Invalid(f"first must be between 1 and {LONGEST_PAGE}.", field=("first",))
        return cls(first, None if after is None else _decode(after, order), order)

    def typed(self, *types: Callable[[Any], Any]) -> tuple[Any, ...] | None:
        """`after` with each part read by its type. Raises Invalid when the cursor belongs to another list."""
        if self.after is None:
            return None
        try:
            return tuple(read(part) for read, part in zip(types, self.after, strict=True))
        except (TypeError, ValueError, AttributeError) as error:
            raise _foreign_cursor() from error

    def connection(
        self,
        kind: type[Connection[N]],
        rows: Sequence[tuple[N, Sequence[Any]]],
        count: Callable[[], Awaitable[int]],
    ) -> Connection[N]:
        """`rows` are up to `first` + 1 nodes with their sort keys; the one too many tells that there is a next page."""
        edges = [Edge(node=node, cursor=encode(key, self.order)) for node, key in rows[: self.first]]
        info = PageInfo(has_next_page=len(rows) > self.first, end_cursor=edges[-1].cursor if edges else None)
        return kind(edges=edges, page_info=info, count=count)


def encode(key: Sequence[Any], order: str) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([order, *key], default=to_json)).decode()


def _decode(cursor: str, order: str) -> tuple[Any, ...]:
    try:
        key = orjson.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise _foreign_cursor() from error
    if not isinstance(key, list) or key[:1] != [order]:
        raise _foreign_cursor()
    return tuple(key[1:])


def _foreign_cursor() -> Invalid:
    return Invalid("after is no cursor of this list: take it from pageInfo.endCursor.", field=("after",))
