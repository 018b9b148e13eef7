"""What callers may ask lists of incidents for."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

import strawberry

from chassis.database import ReadSession
from chassis.errors import Invalid
from chassis.graphql.inputs import Reference, TimeSpan, to_key, to_uuids
from services.incidents.domain import details
from services.incidents.domain.gates import Demand
from services.incidents.graphql.types.enums import (
    Audience,
    Category,
    GateDemand,
    HarmedArea,
    PapMarking,
    RecordKind,
    RegistrationChannel,
    TlpMarking,
)
from services.incidents.graphql.types.indicator_filters import MOST_VALUES, IndicatorReference, to_indicated
from services.incidents.persistence.filters import Filter
from services.incidents.persistence.known import find_known
from services.incidents.usecases.assets import name_digest

_DIRECTORIES = {
    "statuses": "status",
    "classifications": "classification",
    "types": "incident_type",
    "severities": "severity",
    "priorities": "priority",
    "outcomes": "outcome",
    "impact_levels": "impact_level",
    "detection_sources": "detection_source",
}
_PEOPLE_AND_UNITS = {
    "company_ids": "company_ids",
    "responsible_ids": "responsible_ids",
    "reported_by_ids": "reporter_ids",
    "registered_by_ids": "registrant_ids",
    "department_ids": "department_ids",
    "team_ids": "team_ids",
    "site_ids": "site_ids",
}
_WORDS = ("status_categories", "kinds", "tlp", "pap", "channels", "impact_areas")
_TEXTS = ("tags", "countries", "source_systems", "source_external_ids")
_SPANS = (
    "occurred", "detected", "aware", "reported", "registered", "acknowledged", "contained", "resolved", "closed",
    "updated", "responded", "eradicated", "recovered", "first_resolved", "first_reopened",
)  # fmt: skip

_LONGEST_PREFIX = 40


@strawberry.input(description="All given conditions must hold; each list means any of its members.")
class IncidentFilter:
    company_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Of these companies.")
    statuses: list[Reference] | None = strawberry.field(default=None, description="With one of these statuses.")
    status_categories: list[Category] | None = strawberry.field(default=None, description="In these categories.")
    classifications: list[Reference] | None = strawberry.field(default=None, description="Of these classes.")
    types: list[Reference] | None = strawberry.field(default=None, description="Of these types.")
    severities: list[Reference] | None = strawberry.field(default=None, description="Of these severities.")
    priorities: list[Reference] | None = strawberry.field(default=None, description="Of these priorities.")
    outcomes: list[Reference] | None = strawberry.field(default=None, description="With one of these outcomes.")
    impact_levels: list[Reference] | None = strawberry.field(default=None, description="With one of these levels.")
    detection_sources: list[Reference] | None = strawberry.field(default=None, description="Detected in these ways.")
    department_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Of these departments.")
    team_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Worked by these teams.")
    site_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="At these sites.")
    responsible_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Worked by one of these.")
    reported_by_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Noticed by these users.")
    registered_by_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Registered by these.")
    kinds: list[RecordKind] | None = strawberry.field(default=None, description="Of these kinds.")
    tlp: list[TlpMarking] | None = strawberry.field(default=None, description="With one of these markings.")
    channels: list[RegistrationChannel] | None = strawberry.field(default=None, description="Registered these ways.")
    impact_areas: list[HarmedArea] | None = strawberry.field(default=None, description="That harmed one of these.")
    pap: list[PapMarking] | None = strawberry.field(default=None, description="With one of these markings.")
    tags: list[str] | None = strawberry.field(default=None, description="With one of these tags.")
    countries: list[str] | None = strawberry.field(default=None, description="In these countries, by ISO 3166.")
    source_systems: list[str] | None = strawberry.field(default=None, description="That come from these systems.")
    source_external_ids: list[str] | None = strawberry.field(
        default=None, description="That are called so where they come from."
    )
    reference_prefix: str | None = strawberry.field(
        default=None, description="Whose reference begins so, for example ACME-2026; capital or small letters."
    )
    missing: list[GateDemand] | None = strawberry.field(default=None, description="That tell none of all these.")
    told: list[GateDemand] | None = strawberry.field(default=None, description="That tell all of these.")
    reopened: bool | None = strawberry.field(default=None, description="Whether they were ever opened again.")
    personal_data: bool | None = strawberry.field(default=None, description="Whether known to concern personal data.")
    critical_service: bool | None = strawberry.field(default=None, description="Whether known to concern one.")
    occurred: TimeSpan | None = strawberry.field(default=None, description="Begun in this span.")
    detected: TimeSpan | None = strawberry.field(default=None, description="Detected in this span.")
    reported: TimeSpan | None = strawberry.field(default=None, description="Reported in this span.")
    registered: TimeSpan | None = strawberry.field(default=None, description="Registered in this span.")
    updated: TimeSpan | None = strawberry.field(default=None, description="Last changed in this span.")
    aware: TimeSpan | None = strawberry.field(default=None, description="Known to the organisation in this span.")
    acknowledged: TimeSpan | None = strawberry.field(default=None, description="Taken up in this span.")
    contained: TimeSpan | None = strawberry.field(default=None, description="Contained in this span.")
    resolved: TimeSpan | None = strawberry.field(default=None, description="Resolved in this span, and still so.")
    closed: TimeSpan | None = strawberry.field(default=None, description="Closed in this span, and still closed.")
    overdue: bool | None = strawberry.field(
        default=None, description="Whether a task, an action item or a required review is open past its due date."
    )
    responded: TimeSpan | None = strawberry.field(default=None, description="Work on it began in this span.")
    eradicated: TimeSpan | None = strawberry.field(default=None, description="Their cause was gone in this span.")
    recovered: TimeSpan | None = strawberry.field(default=None, description="Operation was restored in this span.")
    first_resolved: TimeSpan | None = strawberry.field(default=None, description="First resolved in this span.")
    first_reopened: TimeSpan | None = strawberry.field(default=None, description="First opened again in this span.")
    indicators: list[IndicatorReference] | None = strawberry.field(
        default=None, description="That one of these stands in; 100 at most."
    )
    asset_names: list[str] | None = strawberry.field(
        default=None, description="That affect something of one of these names, in any case; 100 at most."
    )
    visibility: Audience | None = strawberry.field(
        default=None, description="Restricted ones, of those that you see, or only the others."
    )


async def to_filter(source: IncidentFilter | None, session: ReadSession) -> Filter:
    """Resolves codes. An unknown one matches nothing, like an unknown id. Raises Invalid for what is no id."""
    if source is None:
        return Filter()
    directories = await _directories(source, session)
    others: dict[str, Any] = {wanted: _ids(getattr(source, name), name) for name, wanted in _PEOPLE_AND_UNITS.items()}
    others |= {name: _names(getattr(source, name)) for name in _WORDS}
    others |= {name: _texts(getattr(source, name)) for name in _TEXTS}
    others |= {name: _span(getattr(source, name), name) for name in _SPANS}
    return Filter(
        status_ids=directories["statuses"],
        classification_ids=directories["classifications"],
        type_ids=directories["types"],
        severity_ids=directories["severities"],
        priority_ids=directories["priorities"],
        outcome_ids=directories["outcomes"],
        impact_level_ids=directories["impact_levels"],
        detection_source_ids=directories["detection_sources"],
        reference_prefix=_prefix(source.reference_prefix),
        missing=_demands(source.missing),
        told=_demands(source.told),
        reopened=source.reopened,
        personal_data=source.personal_data,
        critical_service=source.critical_service,
        overdue=source.overdue,
        indicators=None if source.indicators is None else to_indicated(source.indicators),
        asset_digests=None if source.asset_names is None else _named(source.asset_names),
        restricted=None if source.visibility is None else source.visibility is Audience.RESTRICTED,
        **others,
    )


def _span(given: TimeSpan | None, name: str) -> tuple[datetime | None, datetime | None]:
    if given is None:
        return None, None
    return _moment(given.since, name, "from"), _moment(given.until, name, "to")


def _moment(given: datetime | None, name: str, end: str) -> datetime | None:
    try:
        return details.moment(given)
    except ValueError as error:
        raise Invalid(str(error), field=("filter", name, end)) from error


async def _directories(source: IncidentFilter, session: ReadSession) -> dict[str, Collection[UUID] | None]:
    named: dict[str, list[Reference] | None] = {name: getattr(source, name) for name in _DIRECTORIES}
    keys = {name: [to_key(each, "filter", name) for each in given or ()] for name, given in named.items()}
    asked = {key for each in keys.values() for key in each}
    known = await find_known(session, entries=asked) if asked else None
    found: dict[str, Collection[UUID] | None] = {}
    for name, kind in _DIRECTORIES.items():
        meant = {each for key in keys[name] for each in known.alike(kind, key)} if known else set()
        found[name] = None if named[name] is None else meant
    return found


def _named(given: Sequence[str]) -> set[UUID]:
    if len(given) > MOST_VALUES:
        raise Invalid(f"At most {MOST_VALUES} names.", field=("filter", "asset_names"))
    return {name_digest(each) for each in given}


def _texts(given: Sequence[str] | None) -> list[str] | None:
    """Without those that PostgreSQL takes for no text: nothing has them."""
    return None if given is None else [each for each in given if "\x00" not in each]


def _prefix(given: str | None) -> str | None:
    """As references are written, in capital letters. Raises Invalid for what cannot begin any."""
    if given is not None and ("\x00" in given or len(given) > _LONGEST_PREFIX):
        raise Invalid(f"A reference has at most {_LONGEST_PREFIX} letters.", field=("filter", "reference_prefix"))
    return None if given is None else given.strip().upper()


def _demands(given: Sequence[GateDemand] | None) -> tuple[Demand, ...]:
    return tuple(Demand[each.name] for each in dict.fromkeys(given or ()))


def _names(given: Sequence[Enum] | None) -> list[str] | None:
    return None if given is None else [each.name for each in given]


def _ids(given: Sequence[strawberry.ID] | None, name: str) -> list[UUID] | None:
    return None if given is None else to_uuids(given, "filter", name)
