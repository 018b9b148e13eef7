"""What callers write into an incident, and its translation to what the use-cases take."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import strawberry

from chassis.graphql.inputs import Reference, given, to_key, to_uuid
from chassis.identifiers import Key
from services.incidents.usecases.relations import Relations

_REFERENCES: Final = ("classification", "type", "status", "severity")
_GROUPS: Final = ("location", "reported_by")


@strawberry.input(description="Where it happened.")
class LocationInput:
    text: str | None = strawberry.field(default=strawberry.UNSET, description="In words, up to 300 characters.")
    country: str | None = strawberry.field(default=strawberry.UNSET, description="Two letters of ISO 3166.")


@strawberry.input(description="Who noticed it.")
class ReportedByInput:
    name: str | None = strawberry.field(default=strawberry.UNSET, description="Name.")
    email: str | None = strawberry.field(default=strawberry.UNSET, description="Mail address.")
    phone: str | None = strawberry.field(default=strawberry.UNSET, description="Telephone.")


@strawberry.input
class IncidentDetails:
    """The fields that registering and editing share; what is left out is not touched, null empties it."""

    description: str | None = strawberry.field(default=strawberry.UNSET, description="What happened; Markdown.")
    classification: Reference | None = strawberry.field(default=strawberry.UNSET, description="Its class.")
    type: Reference | None = strawberry.field(default=strawberry.UNSET, description="Its type; brings its class.")
    severity: Reference | None = strawberry.field(default=strawberry.UNSET, description="How bad it is.")
    location: LocationInput | None = strawberry.field(default=strawberry.UNSET, description="Where it happened.")
    responsible_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="Who works it.")
    reported_by: ReportedByInput | None = strawberry.field(default=strawberry.UNSET, description="Who noticed it.")
    occurred_at: datetime | None = strawberry.field(default=strawberry.UNSET, description="When it began.")
    detected_at: datetime | None = strawberry.field(default=strawberry.UNSET, description="When it was detected.")
    reported_at: datetime | None = strawberry.field(default=strawberry.UNSET, description="When it was reported.")
    data_subjects_affected: int | None = strawberry.field(default=strawberry.UNSET, description="Persons affected.")
    records_affected: int | None = strawberry.field(default=strawberry.UNSET, description="Records affected.")
    impact: str | None = strawberry.field(default=strawberry.UNSET, description="What it did; Markdown.")
    actions_taken: str | None = strawberry.field(default=strawberry.UNSET, description="What was done; Markdown.")
    preventive_measures: str | None = strawberry.field(default=strawberry.UNSET, description="Prevention; Markdown.")
    comment: str | None = strawberry.field(default=strawberry.UNSET, description="Remarks; Markdown.")
    tags: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Free marks, 50 at most.")


def to_details(fields: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """The plain values among `fields`, nested groups laid flat, by the names in `known`."""
    details = {name: value for name, value in fields.items() if name in known}
    for group in _GROUPS:
        if group in fields:
            details |= _flat(group, fields[group], known)
    return details


def to_relations(fields: Mapping[str, Any]) -> Relations:
    """Raises Invalid naming a reference that has neither or both of id and code."""
    relations: dict[str, Key | None] = {}
    for name in _REFERENCES:
        if name in fields:
            reference = fields[name]
            relations[name] = None if reference is None else to_key(reference, name)
    if "responsible_id" in fields:
        person = fields["responsible_id"]
        relations["responsible_id"] = None if person is None else to_uuid(person, "responsible_id")
    return relations


def _flat(group: str, value: object | None, known: frozenset[str]) -> dict[str, Any]:
    if value is None:
        return {name: None for name in known if name.startswith(group + "_")}
    return {f"{group}_{name}": each for name, each in given(value).items()}
