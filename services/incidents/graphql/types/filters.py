"""What callers may ask lists of incidents for."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from chassis.database import ReadSession
from chassis.errors import Invalid
from chassis.graphql.inputs import Reference, TimeSpan, to_key, to_uuids
from services.incidents.domain import details
from services.incidents.graphql.types.enums import Audience, Category
from services.incidents.persistence.filters import Filter
from services.incidents.persistence.known import find_known

_DIRECTORIES = {
    "statuses": "status",
    "classifications": "classification",
    "types": "incident_type",
    "severities": "severity",
}


@strawberry.input(description="All given conditions must hold; each list means any of its members.")
class IncidentFilter:
    company_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Of these companies.")
    statuses: list[Reference] | None = strawberry.field(default=None, description="With one of these statuses.")
    status_categories: list[Category] | None = strawberry.field(default=None, description="In these categories.")
    classifications: list[Reference] | None = strawberry.field(default=None, description="Of these classes.")
    types: list[Reference] | None = strawberry.field(default=None, description="Of these types.")
    severities: list[Reference] | None = strawberry.field(default=None, description="Of these severities.")
    responsible_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Worked by one of these.")
    occurred: TimeSpan | None = strawberry.field(default=None, description="Begun in this span.")
    registered: TimeSpan | None = strawberry.field(default=None, description="Registered in this span.")
    visibility: Audience | None = strawberry.field(
        default=None, description="Restricted ones, of those that you see, or only the others."
    )


async def to_filter(source: IncidentFilter | None, session: ReadSession) -> Filter:
    """Resolves codes. An unknown one matches nothing, like an unknown id. Raises Invalid for what is no id."""
    if source is None:
        return Filter()
    directories = await _directories(source, session)
    return Filter(
        company_ids=_ids(source.company_ids, "company_ids"),
        status_ids=directories["statuses"],
        status_categories=_names(source.status_categories),
        classification_ids=directories["classifications"],
        type_ids=directories["types"],
        severity_ids=directories["severities"],
        responsible_ids=_ids(source.responsible_ids, "responsible_ids"),
        occurred=_span(source.occurred, "occurred"),
        registered=_span(source.registered, "registered"),
        restricted=None if source.visibility is None else source.visibility is Audience.RESTRICTED,
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
    known = await find_known(session, companies=(), entries=asked, users=()) if asked else None
    found: dict[str, Collection[UUID] | None] = {}
    for name, kind in _DIRECTORIES.items():
        meant = {each for key in keys[name] for each in known.alike(kind, key)} if known else set()
        found[name] = None if named[name] is None else meant
    return found


def _names(given: Sequence[Category] | None) -> list[str] | None:
    return None if given is None else [each.name for each in given]


def _ids(given: Sequence[strawberry.ID] | None, name: str) -> list[UUID] | None:
    return None if given is None else to_uuids(given, "filter", name)
