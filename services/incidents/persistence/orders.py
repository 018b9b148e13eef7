"""How lists of incidents are sorted, and where one goes on behind the last item of a page."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from services.incidents.persistence.rows import IncidentRow

Key: TypeAlias = tuple[InstrumentedAttribute[Any], bool]
"""A column, and whether its largest comes first."""


class Order(Enum):
    """A sort key and whether the largest comes first; only columns that are never null."""

    REGISTERED_AT_ASC = (IncidentRow.registered_at, False)
    REGISTERED_AT_DESC = (IncidentRow.registered_at, True)
    UPDATED_AT_ASC = (IncidentRow.updated_at, False)
    UPDATED_AT_DESC = (IncidentRow.updated_at, True)


def keys_of(orders: Sequence[Order]) -> list[Key]:
    """The id comes last: with it no two incidents sort alike."""
    return [*((order.value[0], order.value[1]) for order in orders), (IncidentRow.id, orders[-1].value[1])]


def sort_key(row: IncidentRow, orders: Sequence[Order]) -> list[Any]:
    return [*(getattr(row, order.value[0].key) for order in orders), row.id]


def sorting(keys: Sequence[Key], of: Any = IncidentRow) -> list[ColumnElement[Any]]:
    """What to order by, in the names of `of`: an alias, or columns that have the same names."""
    named = ((getattr(of, column.key), down) for column, down in keys)
    return [column.desc() if down else column.asc() for column, down in named]


def behind(keys: Sequence[Key], after: Sequence[Any]) -> ColumnElement[bool]:
    """The rows that sort after the key: equal in the first columns, beyond in the next one.

    What all alternatives share, not to lie before the key in the first column, is said once more: with it PostgreSQL
    begins to read the index at the key, without it at the list's beginning.
    """
    leading, leads_down = keys[0]
    alternatives = []
    for place, (column, down) in enumerate(keys):
        equal = [keys[i][0] == after[i] for i in range(place)]
        beyond = column < after[place] if down else column > after[place]
        alternatives.append(and_(*equal, beyond))
    return and_(leading <= after[0] if leads_down else leading >= after[0], or_(*alternatives))
