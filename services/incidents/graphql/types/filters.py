"""What callers may ask lists of incidents for."""

from collections.abc import Collection, Sequence
from uuid import UUID

import strawberry

from chassis.database import ReadSession
from chassis.graphql.inputs import Reference, TimeSpan, to_key, to_uuid
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.persistence.incidents import Filter, Order
from services.incidents.persistence.known import find_known

strawberry.enum(Order, name="IncidentOrder", description="By what a list is sorted.")
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
    status_categories: list[StatusCategory] | None = strawberry.field(default=None, description="In these categories.")
    classifications: list[Reference] | None = strawberry.field(default=None, description="Of these classes.")
    types: list[Reference] | None = strawberry.field(default=None, description="Of these types.")
    severities: list[Reference] | None = strawberry.field(default=None, description="Of these severities.")
    responsible_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Worked by one of these.")
    occurred: TimeSpan | None = strawberry.field(default=None, description="Begun in this span.")
    registered: TimeSpan | None = strawberry.field(default=None, description="Registered in this span.")


async def to_filter(source: IncidentFilter | None, session: ReadSession) -> Filter:
    """Resolves codes. An unknown one matches nothing, like an unknown id. Raises Invalid for what is no id."""
    if source is None:
        return Filter()
    directories = await _directories(source, session)
    return Filter(
        company_ids=_ids(source.company_ids, "company_ids"),
        status_ids=directories["statuses"],
        status_categories=None if source.status_categories is None else [c.value for c in source.status_categories],
        classification_ids=directories["classifications"],
        type_ids=directories["types"],
        severity_ids=directories["severities"],
        responsible_ids=_ids(source.responsible_ids, "responsible_ids"),
        occurred=(source.occurred.since, source.occurred.until) if source.occurred else (None, None),
        registered=(source.registered.since, source.registered.until) if source.registered else (None, None),
    )


async def _directories(source: IncidentFilter, session: ReadSession) -> dict[str, Collection[UUID] | None]:
    named: dict[str, list[Reference] | None] = {name: getattr(source, name) for name in _DIRECTORIES}
    keys = {name: [to_key(each, "filter", name) for each in given or ()] for name, given in named.items()}
    codes = [key for each in keys.values() for key in each if isinstance(key, str)]
    known = await find_known(session, companies=(), entries=codes, users=()) if codes else None
    found: dict[str, Collection[UUID] | None] = {}
    for name, kind in _DIRECTORIES.items():
        entries = [known.entries.get((kind, key)) for key in keys[name] if isinstance(key, str)] if known else []
        ids = {key for key in keys[name] if isinstance(key, UUID)} | {each.id for each in entries if each}
        found[name] = None if named[name] is None else ids
    return found


def _ids(given: Sequence[strawberry.ID] | None, name: str) -> list[UUID] | None:
    return None if given is None else [to_uuid(each, "filter", name) for each in given]
