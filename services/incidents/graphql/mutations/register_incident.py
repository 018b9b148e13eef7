"""Registering one incident, or up to fifty at a time."""

from collections.abc import Sequence
from typing import Annotated, TypeAlias

import strawberry

from chassis.errors import Invalid, Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import Reference, given, to_key, to_uuids
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.domain.details import RULES
from services.incidents.domain.visibility import Visibility
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.types.enums import Audience
from services.incidents.graphql.types.incident import Incident
from services.incidents.graphql.types.inputs import (
    CustomTimestampInput,
    IncidentDetails,
    IncidentSourceInput,
    to_details,
    to_precisions,
    to_relations,
    to_timestamp,
)
from services.incidents.usecases.acceptance import RegisterIncident, company_keys, entry_keys
from services.incidents.usecases.register_incidents import Outcome, register_incidents
from services.incidents.usecases.relations import unit_keys, user_ids

MOST_AT_ONCE = 50
_NAMES = frozenset(RULES)


@strawberry.input(description="A new incident; only the title is required.")
class RegisterIncidentInput(IncidentDetails):
    title: str = strawberry.field(description="What happened, in 3 to 200 characters.")
    company: Reference | None = strawberry.field(
        default=None, description="The company it happened to; may be left out by who registers in one only."
    )
    status: Reference | None = strawberry.field(
        default=strawberry.UNSET,
        description="Where it stands; left out, the directory's initial status. A final one takes the right to close.",
    )
    visibility: Audience = strawberry.field(default=Audience.COMPANY, description="Who sees it within its company.")
    member_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="To whom it is confided when it is restricted, beside you and the responsible person.",
    )
    custom_timestamps: list[CustomTimestampInput] = strawberry.field(
        default_factory=list, description="Moments that the directory of timestamps defines, one of each, 50 at most."
    )
    source: IncidentSourceInput | None = strawberry.field(
        default=strawberry.UNSET,
        description="By what way it is registered; one `externalId` of a `system` is registered once in a company.",
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Up to 64 characters of yours: the same key registers once, however often it is sent."
    )


@strawberry.input(description="Several new incidents.")
class RegisterIncidentsInput:
    incidents: list[RegisterIncidentInput] = strawberry.field(description="Up to fifty.")


Registration: TypeAlias = Annotated[RegisterIncidentInput, strawberry.argument(description="What is known of it.")]
Registrations: TypeAlias = Annotated[RegisterIncidentsInput, strawberry.argument(description="What is known of each.")]


@strawberry.type(description="What came of one registration.")
class RegisterIncidentPayload:
    incident: Incident | None = strawberry.field(
        description="The incident; null when it was refused, or is already registered but not there for you any more."
    )
    already_registered: bool = strawberry.field(
        description="Whether an earlier request with this key, or of the same source, has done it."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What came of several registrations.")
class RegisterIncidentsPayload:
    results: list[RegisterIncidentPayload] = strawberry.field(description="One per incident, in the order given.")
    errors: list[UserError] = strawberry.field(description="Why the whole request was refused; empty when it was not.")


@strawberry.type
class RegisterIncidentMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.ADD)],
        description=described(
            "Registers an incident; a title is enough.",
            rights="incident.add in the company; whoever is made responsible or a member may view its incidents.",
        ),
    )
    async def register_incident(self, info: Info, input: Registration) -> RegisterIncidentPayload | None:
        return (await _register([input], info.context))[0]

    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.ADD)],
        description=described(
            "Registers up to fifty incidents; each succeeds or is refused on its own.",
            rights="incident.add in each company; whoever is made responsible or a member may view its incidents.",
        ),
    )
    async def register_incidents(self, info: Info, input: Registrations) -> RegisterIncidentsPayload | None:
        if len(input.incidents) > MOST_AT_ONCE:
            refusal = Invalid(f"At most {MOST_AT_ONCE} incidents at a time.", field=("incidents",))
            return RegisterIncidentsPayload(results=[], errors=[user_error(refusal)])
        return RegisterIncidentsPayload(results=await _register(input.incidents, info.context), errors=[])


async def _register(inputs: Sequence[RegisterIncidentInput], context: Context) -> list[RegisterIncidentPayload]:
    parsed = [_command(each) for each in inputs]
    commands = [each for each in parsed if isinstance(each, RegisterIncident)]
    outcomes = iter(await _run(commands, context))
    return [_payload(each if isinstance(each, Refusal) else next(outcomes)) for each in parsed]


def _command(source: RegisterIncidentInput) -> RegisterIncident | Refusal:
    fields = given(source)
    try:
        return RegisterIncident(
            details=to_details(fields, _NAMES),
            company=None if source.company is None else to_key(source.company, "company"),
            relations=to_relations(fields),
            precisions=to_precisions(fields),
            visibility=Visibility[source.visibility.name],
            members=to_uuids(source.member_ids, "member_ids"),
            registration_key=source.idempotency_key,
            custom_timestamps=[
                to_timestamp(each, "custom_timestamps", str(place))
                for place, each in enumerate(source.custom_timestamps)
            ],
        )
    except Refusal as refusal:
        return refusal


async def _run(commands: Sequence[RegisterIncident], context: Context) -> list[Outcome]:
    if not commands:
        return []
    await context.projections.ensure_initial_status()
    await context.projections.ensure(
        context.actor,
        companies=company_keys(commands, context.actor),
        entries=entry_keys(commands),
        users={each for command in commands for each in (*user_ids(command.relations), *command.members)},
        units={key for command in commands for key in unit_keys(command.relations)},
    )
    async with context.work() as work:
        return await register_incidents(commands, work)


def _payload(outcome: Outcome) -> RegisterIncidentPayload:
    if isinstance(outcome, Refusal):
        return RegisterIncidentPayload(incident=None, already_registered=False, errors=[user_error(outcome)])
    shown = Incident.from_row(outcome.incident) if outcome.incident is not None and outcome.visible else None
    return RegisterIncidentPayload(incident=shown, already_registered=outcome.already, errors=[])
