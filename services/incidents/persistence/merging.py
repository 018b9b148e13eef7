"""A page of several companies put together from pages of each, which an index of companies gives in their order.

Reading by time alone and leaving out what is not of these companies costs as much as there is of others in between:
half a second among a million incidents for companies that have few, or none. This way the cost is that of a look at
each company, and of what is on the page.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, ColumnElement, Select, TableValuedAlias, case, func, literal_column, select, true
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.selectable import CTE

from chassis.paging import SortKey
from services.incidents.persistence.rows import IncidentRow

Number: TypeAlias = int | BindParameter[Any]
OfCompany: TypeAlias = Callable[[ColumnElement[Any]], Select[IncidentRow]]
"""The incidents that a list is made of, of the company whose id is the column."""


def merged(
    wanted: TableValuedAlias, of: OfCompany, keys: Sequence[SortKey], number: Number, *, few: bool
) -> Select[IncidentRow]:
    """The first `number` of all the wanted companies, which are `few` where they are no more than that."""
    if few:
        return _newest(wanted, of(wanted.c.id), keys, number)
    leading = _leading(wanted, of, keys, number)
    return _newest(leading, of(leading.c.company).where(_not_beyond(leading, keys[0], number)), keys, number)


def _newest(
    companies: TableValuedAlias | CTE, incidents: Select[IncidentRow], keys: Sequence[SortKey], number: Number
) -> Select[IncidentRow]:
    """Found by their keys, and then fetched by id: a sub-select of whole rows takes SQLAlchemy milliseconds to make."""
    each = incidents.with_only_columns(*_columns(keys)).order_by(*_sorting(keys)).limit(number).lateral("each")
    listed = select(each.c.id).select_from(companies).join(each, true()).order_by(*_sorting(keys, each.c)).limit(number)
    found = IncidentRow.id == func.any(func.array(listed.scalar_subquery()))
    return select(IncidentRow).where(found).order_by(*_sorting(keys))


def _leading(wanted: TableValuedAlias, of: OfCompany, keys: Sequence[SortKey], number: Number) -> CTE:
    """The `number` companies whose first incidents come first; no other can have one among the first `number` of all.

    Each is behind the first one of its own company, and those of the leading companies come before.
    """
    first = of(wanted.c.id).with_only_columns(*_columns(keys)).order_by(*_sorting(keys)).limit(1).lateral("first")
    found = select(wanted.c.id.label("company"), *first.c).select_from(wanted).join(first, true())
    return found.order_by(*_sorting(keys, first.c)).limit(number).cte("leading")


def _not_beyond(leading: CTE, key: SortKey, number: Number) -> ColumnElement[bool]:
    """When there are `number` leading companies, their first incidents alone would fill the list.

    So nothing comes into it that is behind the last of them; mostly that is nearly everything.
    """
    column, down = _column(key), key.down
    its = leading.c[column.key]
    last = case((func.count() == number, func.min(its) if down else func.max(its)))
    unbounded: ColumnElement[datetime] = literal_column(f"timestamptz '{'-' if down else ''}infinity'")
    # All of it inside of the sub-select: PostgreSQL holds a bare COALESCE for leaky, and would use no index for it.
    bound = select(func.coalesce(last, unbounded)).select_from(leading).scalar_subquery()
    return column >= bound if down else column <= bound


def _sorting(keys: Sequence[SortKey], of: Any = IncidentRow) -> list[ColumnElement[Any]]:
    """What to order by, in columns that have the same names."""
    return [key.sorting(getattr(of, _column(key).key)) for key in keys]


def _columns(keys: Sequence[SortKey]) -> list[InstrumentedAttribute[Any]]:
    """Each once, also where the same is a key twice."""
    return list(dict.fromkeys(map(_column, keys)))


def _column(key: SortKey) -> InstrumentedAttribute[Any]:
    if not isinstance(key.column, InstrumentedAttribute):
        raise TypeError(f"{key.column} is no column that an index of companies is in the order of")
    return key.column
