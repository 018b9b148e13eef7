"""Which incidents a list is asked for."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, not_
from sqlalchemy.orm import InstrumentedAttribute

from services.incidents.persistence.rows import IncidentRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """All given conditions must hold; an empty collection lets nothing through, None means no condition."""

    company_ids: Collection[UUID] | None = None
    status_ids: Collection[UUID] | None = None
    status_categories: Collection[str] | None = None
    classification_ids: Collection[UUID] | None = None
    type_ids: Collection[UUID] | None = None
    severity_ids: Collection[UUID] | None = None
    responsible_ids: Collection[UUID] | None = None
    occurred: tuple[datetime | None, datetime | None] = (None, None)
    registered: tuple[datetime | None, datetime | None] = (None, None)
    restricted: bool | None = None

    @property
    def counts_rows(self) -> bool:
        """Whether there are conditions beside companies and visibility: of the others no number is kept."""
        return bool(replace(self, restricted=None).conditions())

    @property
    def sifts(self) -> bool:
        """Whether there are conditions that no index of companies answers: rows have to be looked at."""
        others = (self.status_ids, self.status_categories, self.classification_ids, self.type_ids, self.severity_ids)
        return any(given is not None for given in others) or self.occurred != (None, None)

    def conditions(self) -> list[ColumnElement[bool]]:
        """But for that of the companies, which the caller joins with those that are seen."""
        lists: list[tuple[InstrumentedAttribute[Any], Collection[Any] | None]] = [
            (IncidentRow.status_id, self.status_ids),
            (IncidentRow.status_category, self.status_categories),
            (IncidentRow.classification_id, self.classification_ids),
            (IncidentRow.type_id, self.type_ids),
            (IncidentRow.severity_id, self.severity_ids),
            (IncidentRow.responsible_id, self.responsible_ids),
        ]
        members = [column == func.any(list(wanted)) for column, wanted in lists if wanted is not None]
        return [
            *members,
            *_span(IncidentRow.occurred_at, self.occurred),
            *_span(IncidentRow.registered_at, self.registered),
            *([] if self.restricted is None else [_restricted(self.restricted)]),
        ]


def _restricted(wanted: bool) -> ColumnElement[bool]:
    """The column itself and no comparison, which the index of restricted ones would not be known by."""
    return IncidentRow.restricted.expression if wanted else not_(IncidentRow.restricted)


def _span(
    column: InstrumentedAttribute[Any], ends: tuple[datetime | None, datetime | None]
) -> list[ColumnElement[bool]]:
    since, until = ends
    found = [] if since is None else [column >= since]
    return found if until is None else [*found, column < until]
