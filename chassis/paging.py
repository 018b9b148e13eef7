"""Pages of sorted lists, read in either direction, at the same cost however deep they lie.

A page backwards is read in the opposite order, so that the rows nearest to where it begins come first; whoever shows
it turns it round.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    false,
    inspect,
    or_,
    select,
    true,
)
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute

S = TypeVar("S", bound=Select[*tuple[Any, ...]])
R = TypeVar("R", bound=DeclarativeBase)

Sorted: TypeAlias = InstrumentedAttribute[Any] | ColumnElement[Any]


class SortKey(NamedTuple):
    """What a list is sorted by: a column, whether its largest comes first, and where rows without a value come.

    `nulls_last` is None for a column that always has one.
    """

    column: Sorted
    down: bool = False
    nulls_last: bool | None = None

    def turned(self) -> "SortKey":
        return SortKey(self.column, not self.down, None if self.nulls_last is None else not self.nulls_last)

    def sorting(self, of: Sorted | None = None) -> ColumnElement[Any]:
        """To order by, in the column itself or in one that has its values."""
        column = self.column if of is None else of
        found = column.desc() if self.down else column.asc()
        if self.nulls_last is None:
            return found
        return found.nulls_last() if self.nulls_last else found.nulls_first()

    def equal(self, value: Any) -> ColumnElement[bool]:
        return self.column.is_(None) if value is None else self.column == value

    def beyond(self, value: Any) -> ColumnElement[bool]:
        """The rows that come after those with that value."""
        if value is None:
            return false() if self.nulls_last else self.column.is_not(None)
        found = self.column < value if self.down else self.column > value
        return or_(found, self.column.is_(None)) if self.nulls_last else found


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind the row whose sort key is `key`, or `backwards` before it.

    Without a key it begins at the end of the list from which it is read.
    """

    key: tuple[Any, ...] | None = None
    backwards: bool = False


def named(place: Place | None) -> tuple[Place | None, dict[str, Any]]:
    """The place with names instead of the values of its key, and these: for statements that are made once."""
    if place is None or place.key is None:
        return place, {}
    values = {f"place_{number}": value for number, value in enumerate(place.key)}
    return replace(place, key=tuple(values)), values


def with_parameters(place: Place | None, keys: Sequence[SortKey]) -> Place | None:
    """A place of names, with parameters of these names."""
    if place is None or place.key is None:
        return place
    parts = (bindparam(name, type_=key.column.type) for name, key in zip(place.key, keys, strict=True))
    return replace(place, key=tuple(parts))


def directed(keys: Sequence[SortKey], place: Place | None) -> Sequence[SortKey]:
    """The order in which a page is read."""
    return [key.turned() for key in keys] if place is not None and place.backwards else keys


def behind(keys: Sequence[SortKey], place: Place | None) -> list[ColumnElement[bool]]:
    """The rows that are read after the place: equal in the first columns, beyond in the next one.

    What all alternatives share, not to lie before the key in the first column, is said once more: with it PostgreSQL
    begins to read an index at the key, without it at the list's beginning.
    """
    if place is None or place.key is None:
        return []
    read, values = directed(keys, place), place.key
    alternatives = [
        and_(*(read[i].equal(values[i]) for i in range(number)), key.beyond(values[number]))
        for number, key in enumerate(read)
    ]
    leading = read[0]
    if leading.nulls_last is not None:
        return [or_(*alternatives)]
    bound = leading.column <= values[0] if leading.down else leading.column >= values[0]
    return [bound, or_(*alternatives)] if len(read) > 1 else alternatives


def paged(rows: S, keys: Sequence[SortKey], first: int, place: Place | None) -> S:
    """Up to `first` + 1 of the rows, those nearest to the place first: the one too many tells that there are more."""
    read = directed(keys, place)
    return rows.where(*behind(keys, place)).order_by(*(key.sorting() for key in read)).limit(first + 1)


def paged_for_each(
    owners: FromClause,
    table: type[R],
    *of: ColumnElement[bool],
    keys: Sequence[SortKey],
    most: int | BindParameter[Any],
    place: Place | None,
) -> Select[R]:
    """Up to `most` of each of the `owners`, whose rows of `table` are those for which `of` holds; in the order of keys.

    Found by their primary keys and then fetched: a sub-select of whole rows takes SQLAlchemy a millisecond to make.
    """
    primary = inspect(table).primary_key
    order = [key.sorting() for key in directed(keys, place)]
    listed = select(*primary).where(*of, *behind(keys, place)).order_by(*order).limit(most)
    page = listed.correlate(owners).lateral()
    fetched = and_(*(column == found for column, found in zip(primary, page.c, strict=True)))
    return select(table).select_from(owners).join(page, true()).join(table, fetched).order_by(*order)
