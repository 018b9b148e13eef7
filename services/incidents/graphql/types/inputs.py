"""What callers write into an incident, and its translation to what the use-cases take."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final
from uuid import UUID

import strawberry

from chassis.errors import Invalid
from chassis.graphql.inputs import Reference, given, to_key, to_uuid
from chassis.identifiers import Key
from services.incidents.domain.timestamps import Precision
from services.incidents.graphql.types.enums import (
    HarmedArea,
    Moment,
    PapMarking,
    RecordKind,
    RegistrationChannel,
    TimestampPrecision,
    TlpMarking,
)
from services.incidents.usecases.relations import Relations
from services.incidents.usecases.timestamps import ToldTimestamp

_REFERENCES: Final = (
    "classification", "type", "status", "severity", "priority", "outcome", "impact_level", "detection_source",
)  # fmt: skip
_IDS: Final = ("responsible_id", "department_id", "team_id")
_GROUPS: Final = ("location", "reported_by", "cost", "source")
_IDS_OF_GROUPS: Final = {"site_id": ("location", "site_id"), "reported_by_id": ("reported_by", "user_id")}


@strawberry.input(description="A point on the earth, by WGS 84.")
class CoordinatesInput:
    latitude: float = strawberry.field(description="Degrees north of the equator, from -90 to 90.")
    longitude: float = strawberry.field(description="Degrees east of Greenwich, from -180 to 180.")


@strawberry.input(description="Where it happened.")
class LocationInput:
    site_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="A site of the company.")
    text: str | None = strawberry.field(default=strawberry.UNSET, description="In words, up to 300 characters.")
    country: str | None = strawberry.field(default=strawberry.UNSET, description="Two letters of ISO 3166.")
    coordinates: CoordinatesInput | None = strawberry.field(default=strawberry.UNSET, description="On the map.")


@strawberry.input(description="Who noticed it.")
class ReportedByInput:
    user_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Yourself, or who may view the company's incidents."
    )
    name: str | None = strawberry.field(default=strawberry.UNSET, description="Name.")
    email: str | None = strawberry.field(default=strawberry.UNSET, description="Mail address.")
    phone: str | None = strawberry.field(default=strawberry.UNSET, description="Telephone.")
    external: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether it is somebody from outside."
    )


@strawberry.input(description="An amount of money.")
class CostInput:
    amount: Decimal = strawberry.field(description="As text, with up to four decimal places.")
    currency: str = strawberry.field(description="Three letters of ISO 4217.")


@strawberry.input(description="A moment in the life of an incident.")
class TimestampInput:
    timestamp: Moment = strawberry.field(description="Which one.")
    at: datetime | None = strawberry.field(default=None, description="When it was; null takes it back.")
    precision: TimestampPrecision = strawberry.field(
        default=TimestampPrecision.MINUTE, description="How exact that is."
    )


@strawberry.input(description="A moment of an incident that the directory of timestamps defines.")
class CustomTimestampInput:
    definition: Reference = strawberry.field(description="Which one, of the directory of timestamps.")
    at: datetime = strawberry.field(description="When it was.")
    precision: TimestampPrecision = strawberry.field(
        default=TimestampPrecision.MINUTE, description="How exact that is."
    )


@strawberry.input
class IncidentDetails:
    """The fields that registering and editing share; what is left out is not touched, null empties it."""

    description: str | None = strawberry.field(default=strawberry.UNSET, description="What happened; Markdown.")
    classification: Reference | None = strawberry.field(default=strawberry.UNSET, description="Its class.")
    type: Reference | None = strawberry.field(default=strawberry.UNSET, description="Its type; brings its class.")
    severity: Reference | None = strawberry.field(default=strawberry.UNSET, description="How bad it is.")
    priority: Reference | None = strawberry.field(
        default=strawberry.UNSET, description="How soon it is to be dealt with."
    )
    kind: RecordKind | None = strawberry.field(default=strawberry.UNSET, description="Left out, an incident.")
    tlp: TlpMarking | None = strawberry.field(default=strawberry.UNSET, description="Left out, AMBER.")
    pap: PapMarking | None = strawberry.field(default=strawberry.UNSET, description="Left out, AMBER.")
    detection_source: Reference | None = strawberry.field(default=strawberry.UNSET, description="How it became known.")
    department_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="A department of the company."
    )
    team_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="A team of the company.")
    location: LocationInput | None = strawberry.field(default=strawberry.UNSET, description="Where it happened.")
    responsible_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="Who works it.")
    reported_by: ReportedByInput | None = strawberry.field(default=strawberry.UNSET, description="Who noticed it.")
    occurred_at: datetime | None = strawberry.field(default=strawberry.UNSET, description="When it began.")
    detected_at: datetime | None = strawberry.field(default=strawberry.UNSET, description="When it was detected.")
    reported_at: datetime | None = strawberry.field(default=strawberry.UNSET, description="When it was reported.")
    timestamps: list[TimestampInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Any moments of it, each once; what is left out stays."
    )
    data_subjects_affected: int | None = strawberry.field(default=strawberry.UNSET, description="Persons affected.")
    records_affected: int | None = strawberry.field(default=strawberry.UNSET, description="Records affected.")
    personal_data: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether personal data are concerned; null while unknown."
    )
    critical_service: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether a critical service is concerned; null while unknown."
    )
    impact: str | None = strawberry.field(default=strawberry.UNSET, description="What it did; Markdown.")
    impact_level: Reference | None = strawberry.field(default=strawberry.UNSET, description="How much harm it did.")
    impact_areas: list[HarmedArea] | None = strawberry.field(default=strawberry.UNSET, description="What it harmed.")
    cost: CostInput | None = strawberry.field(default=strawberry.UNSET, description="What it cost.")
    outcome: Reference | None = strawberry.field(default=strawberry.UNSET, description="What it turned out to be.")
    root_cause: str | None = strawberry.field(default=strawberry.UNSET, description="Why it could happen; Markdown.")
    actions_taken: str | None = strawberry.field(default=strawberry.UNSET, description="What was done; Markdown.")
    preventive_measures: str | None = strawberry.field(default=strawberry.UNSET, description="Prevention; Markdown.")
    no_measures_reason: str | None = strawberry.field(
        default=strawberry.UNSET, description="Why nothing is to be done against its recurring; Markdown."
    )
    reports_and_records: str | None = strawberry.field(default=strawberry.UNSET, description="Reports; Markdown.")
    indicators_text: str | None = strawberry.field(default=strawberry.UNSET, description="Indicators as typed.")
    comment: str | None = strawberry.field(default=strawberry.UNSET, description="Remarks; Markdown.")
    tags: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Free marks, 50 at most.")
    language: str | None = strawberry.field(
        default=strawberry.UNSET, description="The language it is written in; left out at registration, yours."
    )


@strawberry.input(description="By what way it is registered; it stays as it is.")
class IncidentSourceInput:
    channel: RegistrationChannel = strawberry.field(
        default=RegistrationChannel.API, description="By whom or what it is brought."
    )
    system: str | None = strawberry.field(default=None, description="The system it comes from.")
    external_id: str | None = strawberry.field(default=None, description="What that system calls it.")
    url: str | None = strawberry.field(default=None, description="Where to find it there; http or https.")


def to_details(fields: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """The plain values among `fields`, nested groups laid flat, by the names in `known`."""
    details = {name: _plain(value) for name, value in fields.items() if name in known}
    for group in _GROUPS:
        if group in fields:
            details |= _flat(group, fields[group], known)
    return details | _moments(fields)


def to_precisions(fields: Mapping[str, Any]) -> dict[str, Precision]:
    """How exact the moments are that are told with their precision, by the names of details."""
    return {each.timestamp.value: Precision(each.precision.name) for each in fields.get("timestamps") or ()}


def _moments(fields: Mapping[str, Any]) -> dict[str, datetime | None]:
    """Raises Invalid when one is told twice."""
    told: dict[str, datetime | None] = {}
    for each in fields.get("timestamps") or ():
        if each.timestamp.value in told or each.timestamp.value in fields:
            raise Invalid(f"Tell {each.timestamp.name} once.", field=("timestamps",))
        told[each.timestamp.value] = each.at
    return told


def to_timestamp(source: CustomTimestampInput, *field: str) -> ToldTimestamp:
    """Raises Invalid, below `field`, for a definition that has neither or both of id and code."""
    return ToldTimestamp(
        definition=to_key(source.definition, *field, "definition"),
        at=source.at,
        precision=Precision[source.precision.name],
    )


def to_relations(fields: Mapping[str, Any]) -> Relations:
    """Raises Invalid naming a reference that has neither or both of id and code."""
    relations: dict[str, Key | None] = {}
    for name in _REFERENCES:
        if name in fields:
            reference = fields[name]
            relations[name] = None if reference is None else to_key(reference, name)
    for name in _IDS:
        if name in fields:
            relations[name] = _id(fields[name], name)
    for name, (group, field) in _IDS_OF_GROUPS.items():
        if group in fields:
            inner = {field: None} if fields[group] is None else given(fields[group])
            relations |= {name: _id(inner[field], group, field)} if field in inner else {}
    return relations


def _id(value: strawberry.ID | None, *field: str) -> UUID | None:
    return None if value is None else to_uuid(value, *field)


def _flat(group: str, value: object | None, known: frozenset[str]) -> dict[str, Any]:
    """What a group has that is a group itself, is laid flat with it."""
    if value is None:
        return {name: None for name in known if name.startswith(group + "_")}
    inner = given(value)
    if "coordinates" in inner:
        point = inner.pop("coordinates")
        inner |= {"latitude": None, "longitude": None} if point is None else given(point)
    return {f"{group}_{name}": _plain(each) for name, each in inner.items() if f"{group}_{name}" in known}


def _plain(value: Any) -> Any:
    """Chosen words by their names."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.name if isinstance(value, Enum) else value
