"""How lists of incidents are sorted, and what a page of each order costs."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, case, select
from sqlalchemy.orm import InstrumentedAttribute

from chassis.paging import Place, Sorted, SortKey, directed, paged
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.persistence.rows import DirectoryRef, IncidentRow

_CATEGORY: Final = case(
    {category.value: place for place, category in enumerate(StatusCategory)}, value=IncidentRow.status_category
)


def _rank(entry: InstrumentedAttribute[UUID | None]) -> ScalarSelect[int | None]:
    """Of what was merged into another entry nothing is left to compare, and no rank stands for "not assessed"."""
    return select(DirectoryRef.rank).where(DirectoryRef.id == entry).correlate(IncidentRow).scalar_subquery()


class SortedBy(NamedTuple):
    """`indexed` orders have an index that gives each company's incidents in them, so that a page reads little more
    than itself. For the others all incidents that a list may show are gathered, and the first of them kept.
    """

    column: Sorted
    down: bool
    indexed: bool = False
    nullable: bool = False


def _by(column: Sorted, *, indexed: bool = False, nullable: bool = False) -> tuple[SortedBy, SortedBy]:
    return SortedBy(column, False, indexed, nullable), SortedBy(column, True, indexed, nullable)  # noqa: FBT003  # up and down


class Order(Enum):
    """What lists can be sorted by, smallest or largest first; incidents without a value come last in both."""

    REGISTERED_AT_ASC, REGISTERED_AT_DESC = _by(IncidentRow.registered_at, indexed=True)
    UPDATED_AT_ASC, UPDATED_AT_DESC = _by(IncidentRow.updated_at, indexed=True)
    OCCURRED_AT_ASC, OCCURRED_AT_DESC = _by(IncidentRow.occurred_at, nullable=True)
    DETECTED_AT_ASC, DETECTED_AT_DESC = _by(IncidentRow.detected_at, nullable=True)
    RESOLVED_AT_ASC, RESOLVED_AT_DESC = _by(IncidentRow.resolved_at, nullable=True)
    CLOSED_AT_ASC, CLOSED_AT_DESC = _by(IncidentRow.closed_at, nullable=True)
    REFERENCE_ASC, REFERENCE_DESC = _by(IncidentRow.reference)
    STATUS_CATEGORY_ASC, STATUS_CATEGORY_DESC = _by(_CATEGORY)
    SEVERITY_ASC, SEVERITY_DESC = _by(_rank(IncidentRow.severity_id), nullable=True)
    PRIORITY_ASC, PRIORITY_DESC = _by(_rank(IncidentRow.priority_id), nullable=True)


def are_indexed(orders: Sequence[Order]) -> bool:
    return all(order.value.indexed for order in orders)


def keys_of(orders: Sequence[Order]) -> list[SortKey]:
    """The id comes last: with it no two incidents sort alike."""
    keys = [SortKey(by.column, by.down, nulls_last=True if by.nullable else None) for by in (o.value for o in orders)]
    return [*keys, SortKey(IncidentRow.id, orders[-1].value.down)]


def sort_key(row: IncidentRow, keys: Sequence[SortKey]) -> list[Any]:
    """Of keys that are columns."""
    return [getattr(row, str(key.column.key)) for key in keys]


def gathered(rows: Select[IncidentRow], keys: Sequence[SortKey], first: int, place: Place | None) -> Any:
    """Up to `first` + 1 of the rows with their sort keys, which none of the indexes knows.

    OFFSET keeps PostgreSQL from another way: reading an index in the order of one of the columns, and leaving out what
    is not meant, costs as much as there is of others in between.
    """
    named = [key.column.label(f"key_{number}") for number, key in enumerate(keys)]
    every = rows.with_only_columns(IncidentRow.id.label("of"), *named).offset(0).subquery()
    of_every = [key._replace(column=every.c[name.key]) for key, name in zip(keys, named, strict=True)]
    page = paged(select(every), of_every, first, place).subquery()
    values = [page.c[name.key] for name in named]
    order = [key.sorting(value) for key, value in zip(directed(keys, place), values, strict=True)]
    return select(IncidentRow, *values).join(page, page.c.of == IncidentRow.id).order_by(*order)
