"""Which incidents a list is asked for."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, and_, cast, func, not_, select, tuple_, union
from sqlalchemy.orm import InstrumentedAttribute, aliased

from services.incidents.domain.gates import Demand, fields_of
from services.incidents.persistence.asset_rows import AssetRow
from services.incidents.persistence.deadlines import is_overdue
from services.incidents.persistence.indicator_rows import IncidentIndicatorRow
from services.incidents.persistence.rows import IncidentRow

Span: TypeAlias = tuple[datetime | None, datetime | None]
Column: TypeAlias = InstrumentedAttribute[Any]
ANY_TIME: Final[Span] = (None, None)
Indicated: TypeAlias = tuple[Collection[UUID], Collection[UUID]]
"""Digests of values, and ids of indicators: one of either."""
Sight: TypeAlias = Callable[[InstrumentedAttribute[UUID]], ColumnElement[bool]]
"""Whether the column of another table leads to an incident that the actor sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """All given conditions must hold; an empty collection lets nothing through, None means no condition."""

    company_ids: Collection[UUID] | None = None
    status_ids: Collection[UUID] | None = None
    status_categories: Collection[str] | None = None
    classification_ids: Collection[UUID] | None = None
    type_ids: Collection[UUID] | None = None
    severity_ids: Collection[UUID] | None = None
    priority_ids: Collection[UUID] | None = None
    outcome_ids: Collection[UUID] | None = None
    impact_level_ids: Collection[UUID] | None = None
    detection_source_ids: Collection[UUID] | None = None
    department_ids: Collection[UUID] | None = None
    team_ids: Collection[UUID] | None = None
    site_ids: Collection[UUID] | None = None
    responsible_ids: Collection[UUID] | None = None
    reporter_ids: Collection[UUID] | None = None
    registrant_ids: Collection[UUID] | None = None
    kinds: Collection[str] | None = None
    tlp: Collection[str] | None = None
    channels: Collection[str] | None = None
    impact_areas: Collection[str] | None = None
    tags: Collection[str] | None = None
    pap: Collection[str] | None = None
    countries: Collection[str] | None = None
    source_systems: Collection[str] | None = None
    source_external_ids: Collection[str] | None = None
    reference_prefix: str | None = None
    reopened: bool | None = None
    missing: Collection[Demand] = ()
    told: Collection[Demand] = ()
    personal_data: bool | None = None
    critical_service: bool | None = None
    occurred: Span = ANY_TIME
    detected: Span = ANY_TIME
    reported: Span = ANY_TIME
    updated: Span = ANY_TIME
    aware: Span = ANY_TIME
    acknowledged: Span = ANY_TIME
    contained: Span = ANY_TIME
    resolved: Span = ANY_TIME
    closed: Span = ANY_TIME
    responded: Span = ANY_TIME
    eradicated: Span = ANY_TIME
    recovered: Span = ANY_TIME
    first_resolved: Span = ANY_TIME
    first_reopened: Span = ANY_TIME
    registered: Span = ANY_TIME
    restricted: bool | None = None
    overdue: bool | None = None
    indicators: Indicated | None = None
    asset_digests: Collection[UUID] | None = None

    @property
    def counts_rows(self) -> bool:
        """Whether there are conditions beside companies and visibility: of the others no number is kept."""
        return replace(self, company_ids=None, restricted=None) != Filter()

    @property
    def sifts(self) -> bool:
        """Whether there are conditions that no index of companies answers: rows have to be looked at."""
        served = Filter(company_ids=self.company_ids, responsible_ids=self.responsible_ids, registered=self.registered)
        return self != served

    @property
    def names_few(self) -> bool:
        """Whether there are conditions that only few incidents fulfil: these are found first, of all companies."""
        named = (self.responsible_ids, self.indicators, self.asset_digests)
        return bool(self.overdue) or any(each is not None for each in named)

    def conditions(self, sees: Sight) -> list[ColumnElement[bool]]:
        """But for that of the companies, which the caller joins with those that are seen."""
        members = [column == func.any(list(wanted)) for column, wanted in self._given(_MEMBERS)]
        sharing = [column.op("&&")(cast(list(wanted), ARRAY(Text()))) for column, wanted in self._given(_LISTS)]
        same = [column.is_(wanted) for column, wanted in self._given(_SAME)]
        spans = [each for column, ends in self._given(_SPANS) for each in _span(column, ends)]
        shown = [] if self.restricted is None else [_restricted(self.restricted)]
        late = [] if self.overdue is None else [is_overdue(self.overdue)]
        lacking = [_lacking(demand) for demand in self.missing]
        told = [not_(_lacking(demand)) for demand in self.told]
        return [*members, *sharing, *same, *spans, *shown, *late, *lacking, *told, *self._others(sees)]

    def _others(self, sees: Sight) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.reference_prefix is not None:
            found.append(IncidentRow.reference.startswith(self.reference_prefix, autoescape=True))
        if self.reopened is not None:
            found.append(IncidentRow.reopen_count > 0 if self.reopened else IncidentRow.reopen_count == 0)
        if self.indicators is not None:
            found.append(_indicated(*self.indicators, sees))
        if self.asset_digests is not None:
            found.append(_affecting(self.asset_digests))
        return found

    def _given(self, columns: dict[str, Column]) -> list[tuple[Column, Any]]:
        return [(column, found) for name, column in columns.items() if (found := getattr(self, name)) is not None]


_MEMBERS: Final[dict[str, Column]] = {
    "status_ids": IncidentRow.status_id,
    "status_categories": IncidentRow.status_category,
    "classification_ids": IncidentRow.classification_id,
    "type_ids": IncidentRow.type_id,
    "severity_ids": IncidentRow.severity_id,
    "priority_ids": IncidentRow.priority_id,
    "outcome_ids": IncidentRow.outcome_id,
    "impact_level_ids": IncidentRow.impact_level_id,
    "detection_source_ids": IncidentRow.detection_source_id,
    "department_ids": IncidentRow.department_id,
    "team_ids": IncidentRow.team_id,
    "site_ids": IncidentRow.site_id,
    "responsible_ids": IncidentRow.responsible_id,
    "reporter_ids": IncidentRow.reported_by_id,
    "registrant_ids": IncidentRow.registered_by_id,
    "kinds": IncidentRow.kind,
    "tlp": IncidentRow.tlp,
    "channels": IncidentRow.source_channel,
    "pap": IncidentRow.pap,
    "countries": IncidentRow.location_country,
    "source_systems": IncidentRow.source_system,
    "source_external_ids": IncidentRow.source_external_id,
}
_LISTS: Final[dict[str, Column]] = {"impact_areas": IncidentRow.impact_areas, "tags": IncidentRow.tags}
_SAME: Final[dict[str, Column]] = {
    "personal_data": IncidentRow.personal_data,
    "critical_service": IncidentRow.critical_service,
}
_SPANS: Final[dict[str, Column]] = {
    "occurred": IncidentRow.occurred_at,
    "detected": IncidentRow.detected_at,
    "reported": IncidentRow.reported_at,
    "updated": IncidentRow.updated_at,
    "aware": IncidentRow.aware_at,
    "acknowledged": IncidentRow.acknowledged_at,
    "contained": IncidentRow.contained_at,
    "resolved": IncidentRow.resolved_at,
    "closed": IncidentRow.closed_at,
    "responded": IncidentRow.responded_at,
    "eradicated": IncidentRow.eradicated_at,
    "recovered": IncidentRow.recovered_at,
    "first_resolved": IncidentRow.first_resolved_at,
    "first_reopened": IncidentRow.first_reopened_at,
    "registered": IncidentRow.registered_at,
}


def _restricted(wanted: bool) -> ColumnElement[bool]:
    """The column itself and no comparison, which the index of restricted ones would not be known by."""
    return IncidentRow.restricted.expression if wanted else not_(IncidentRow.restricted)


def _lacking(demand: Demand) -> ColumnElement[bool]:
    """That none of the fields by which the demand is met tells anything."""
    columns: list[Column] = [getattr(IncidentRow, field) for field in fields_of(demand)]
    return and_(*(func.cardinality(c) == 0 if isinstance(c.type, ARRAY) else c.is_(None) for c in columns))


def _indicated(digests: Collection[UUID], ids: Collection[UUID], sees: Sight) -> ColumnElement[bool]:
    """The incidents are found first, as ids: PostgreSQL would else look through all of them for the few it wants.

    An indicator is known by its id where it stands in an incident that the actor sees.
    """
    link, same = IncidentIndicatorRow, aliased(IncidentIndicatorRow)
    of = select(link.incident_id).where(link.digest == func.any(list(digests)))
    meant = select(same.company_id, same.digest, same.type_id).where(
        same.indicator_id == func.any(list(ids)), sees(same.incident_id)
    )
    named = select(link.incident_id).where(tuple_(link.company_id, link.digest, link.type_id).in_(meant))
    found = union(of, named).subquery()
    return IncidentRow.id == func.any(func.array(select(found.c.incident_id).scalar_subquery()))


def _affecting(digests: Collection[UUID]) -> ColumnElement[bool]:
    """Likewise."""
    found = select(AssetRow.incident_id).where(AssetRow.digest == func.any(list(digests)))
    return IncidentRow.id == func.any(func.array(found.scalar_subquery()))


def _span(column: Column, ends: Span) -> list[ColumnElement[bool]]:
    since, until = ends
    found = [] if since is None else [column >= since]
    return found if until is None else [*found, column < until]
