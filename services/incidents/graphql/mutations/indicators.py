"""Giving incidents indicators, changing and removing these."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Final, TypeAlias

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, Reference, given, to_key, to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.domain.indicators.vocabulary import MOST_AT_ONCE, OF_THE_INDICATOR, OF_THE_LINK
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.mutations.payload import current_part
from services.incidents.graphql.types.enums import PapMarking, TlpMarking
from services.incidents.graphql.types.indicators import IncidentIndicator, IndicatorRoleType
from services.incidents.persistence.indicator_rows import IncidentIndicatorRow
from services.incidents.usecases.add_incident_indicators import (
    AddIncidentIndicators,
    NewIndicator,
    add_incident_indicators,
)
from services.incidents.usecases.edit_incident_indicator import (
    EditIncidentIndicator,
    edit_incident_indicator,
)
from services.incidents.usecases.indicators import SeveralRefusals, under
from services.incidents.usecases.remove_incident_indicator import RemoveIncidentIndicator, remove_incident_indicator

_EDIT: Final = CompanyScope(permission=permissions.EDIT)
_RIGHTS: Final = "incident.edit in the incident's company; restricted: members or incident.view_restricted."


@strawberry.input
class IndicatorDetails:
    """What is said of an indicator itself, in whatever incident it stands."""

    tlp: TlpMarking | None = strawberry.field(default=strawberry.UNSET, description="Left out, AMBER.")
    pap: PapMarking | None = strawberry.field(default=strawberry.UNSET, description="Left out, AMBER.")
    is_ioc: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether it shows an attack by itself."
    )
    confidence: int | None = strawberry.field(default=strawberry.UNSET, description="0 to 100.")
    first_seen: datetime | None = strawberry.field(default=strawberry.UNSET, description="When it was first seen.")
    last_seen: datetime | None = strawberry.field(default=strawberry.UNSET, description="When it was last seen.")
    valid_until: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Until when it tells anything."
    )
    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it is, up to 2,000 characters; Markdown."
    )
    tags: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Free marks, 50 at most.")
    attack_ids: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="Tactics and techniques of MITRE ATT&CK, such as T1566.001; 50 at most."
    )
    whitelisted: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether it is known to be harmless."
    )


@strawberry.input
class IndicatorInIncident:
    """What an indicator is in one incident."""

    role: IndicatorRoleType | None = strawberry.field(default=strawberry.UNSET, description="Left out, UNKNOWN.")
    sighted: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether it was seen in the incident itself."
    )
    sighted_at: datetime | None = strawberry.field(default=strawberry.UNSET, description="When it was seen there.")
    ignore_similarity: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether the incident does not resemble others by it."
    )
    note: str | None = strawberry.field(
        default=strawberry.UNSET, description="What is to be said of it here, up to 2,000 characters; Markdown."
    )


@strawberry.input(description="An indicator to be added; of one the company has already, what nobody said is filled.")
class IncidentIndicatorInput(IndicatorDetails, IndicatorInIncident):
    value: str = strawberry.field(description="As typed, also defanged; up to 4,000 characters in one line.")
    type: Reference | None = strawberry.field(
        default=None, description="Its type; left out, it is told by the looks of the value."
    )


@strawberry.input(description="Indicators to be added to an incident, all of them or none.")
class AddIncidentIndicatorsInput:
    incident_id: strawberry.ID = strawberry.field(description="The incident.")
    indicators: list[IncidentIndicatorInput] = strawberry.field(
        description=f"The indicators, 1 to {MOST_AT_ONCE}; an incident has up to 1,000."
    )


@strawberry.input(description="Changes to the indicator itself, in all incidents; what is left out stays as it is.")
class IndicatorChangesInput(IndicatorDetails):
    expected_version: int = strawberry.field(description="Its version as you have seen it; another now is a CONFLICT.")


@strawberry.input(description="Changes to an indicator of an incident; what is left out stays as it is.")
class EditIncidentIndicatorInput(IndicatorInIncident):
    id: strawberry.ID = strawberry.field(description="Its place in the incident.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    indicator: IndicatorChangesInput | None = strawberry.field(
        default=None, description="What is changed of the indicator itself."
    )


@strawberry.input(description="The indicator to remove from its incident.")
class RemoveIncidentIndicatorInput:
    id: strawberry.ID = strawberry.field(description="Its place in the incident.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


Adding: TypeAlias = Annotated[AddIncidentIndicatorsInput, strawberry.argument(description="Which, and to what.")]
Edit: TypeAlias = Annotated[EditIncidentIndicatorInput, strawberry.argument(description="Which, and its values.")]
Removal: TypeAlias = Annotated[RemoveIncidentIndicatorInput, strawberry.argument(description="What to remove.")]


@strawberry.type(description="What came of adding indicators.")
class AddIncidentIndicatorsPayload:
    indicators: list[IncidentIndicator] = strawberry.field(
        description="The new ones, in the order given; empty when any was refused."
    )
    errors: list[UserError] = strawberry.field(
        description="Why it was refused, one for each; `field` has the place in the list, from 0."
    )


@strawberry.type(description="What came of a change to an indicator of an incident.")
class IncidentIndicatorPayload:
    indicator: IncidentIndicator | None = strawberry.field(
        description="As it is after the change; on CONFLICT as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What came of removing an indicator from an incident.")
class RemoveIncidentIndicatorPayload:
    removed_id: strawberry.ID | None = strawberry.field(description="What is gone; null when it was refused.")
    indicator: IncidentIndicator | None = strawberry.field(description="On CONFLICT as it is now; else null.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class IndicatorMutations:
    @strawberry.mutation(
        directives=[_EDIT], description=described("Adds indicators to an incident, all or none.", rights=_RIGHTS)
    )
    async def add_incident_indicators(self, info: Info, input: Adding) -> AddIncidentIndicatorsPayload | None:
        try:
            rows = await _add(input, info.context)
        except Refusal as refusal:
            reasons = refusal.reasons if isinstance(refusal, SeveralRefusals) else [refusal]
            return AddIncidentIndicatorsPayload(indicators=[], errors=[user_error(each) for each in reasons])
        return AddIncidentIndicatorsPayload(indicators=[IncidentIndicator.from_row(row) for row in rows], errors=[])

    @strawberry.mutation(
        directives=[_EDIT],
        description=described(
            "Changes what an indicator is in an incident, or the indicator itself for all of them.", rights=_RIGHTS
        ),
    )
    async def edit_incident_indicator(self, info: Info, input: Edit) -> IncidentIndicatorPayload | None:
        try:
            row = await _edit(input, info.context)
        except Refusal as refusal:
            return IncidentIndicatorPayload(
                indicator=current_part(refusal, IncidentIndicatorRow, IncidentIndicator.from_row),
                errors=[user_error(refusal)],
            )
        return IncidentIndicatorPayload(indicator=IncidentIndicator.from_row(row), errors=[])

    @strawberry.mutation(
        directives=[_EDIT],
        description=described("Removes an indicator from an incident; its history stays.", rights=_RIGHTS),
    )
    async def remove_incident_indicator(self, info: Info, input: Removal) -> RemoveIncidentIndicatorPayload | None:
        try:
            command = RemoveIncidentIndicator(link_id=to_uuid(input.id, "id"), expected_version=input.expected_version)
            async with info.context.work() as work:
                removed = await remove_incident_indicator(command, work)
        except Refusal as refusal:
            return RemoveIncidentIndicatorPayload(
                removed_id=None,
                indicator=current_part(refusal, IncidentIndicatorRow, IncidentIndicator.from_row),
                errors=[user_error(refusal)],
            )
        return RemoveIncidentIndicatorPayload(removed_id=strawberry.ID(str(removed)), indicator=None, errors=[])


async def _add(source: AddIncidentIndicatorsInput, context: Context) -> list[IncidentIndicatorRow]:
    command = AddIncidentIndicators(
        incident_id=to_uuid(source.incident_id, "incident_id"),
        indicators=[_new(each, str(place)) for place, each in enumerate(source.indicators[: MOST_AT_ONCE + 1])],
    )
    types = {key for each in command.indicators if (key := each.type_key) is not None}
    await context.projections.ensure(context.actor, entries=types)
    async with context.work() as work:
        return await add_incident_indicators(command, work)


def _new(source: IncidentIndicatorInput, place: str) -> NewIndicator:
    try:
        key = None if source.type is None else to_key(source.type, "type")
    except Refusal as refusal:
        raise under(refusal, "indicators", place) from None
    values = _values(source, OF_THE_INDICATOR) | _values(source, OF_THE_LINK)
    return NewIndicator(value=source.value, type=key, values=values)


async def _edit(source: EditIncidentIndicatorInput, context: Context) -> IncidentIndicatorRow:
    itself = source.indicator
    command = EditIncidentIndicator(
        link_id=to_uuid(source.id, "id"),
        expected_version=source.expected_version,
        values=_values(source, OF_THE_LINK),
        expected_indicator_version=None if itself is None else itself.expected_version,
        said={} if itself is None else _values(itself, OF_THE_INDICATOR),
    )
    async with context.work() as work:
        return await edit_incident_indicator(command, work)


def _values(source: object, names: Mapping[str, Any]) -> dict[str, Any]:
    """What the caller wrote; chosen words by their names."""
    found = {name: value for name, value in given(source).items() if name in names}
    return {name: value.name if isinstance(value, Enum) else value for name, value in found.items()}
