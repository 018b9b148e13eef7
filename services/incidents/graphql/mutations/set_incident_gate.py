"""Setting what a company demands of its incidents."""

from typing import Annotated, TypeAlias

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, Reference, to_key
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.domain.gates import Demand
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.types.enums import Category, GateDemand
from services.incidents.graphql.types.gates import IncidentGate
from services.incidents.persistence.rows import GateRow
from services.incidents.usecases.set_gate import SetGate, set_gate


@strawberry.input(description="A demand to be made only of severe incidents.")
class IncidentDemandFloorInput:
    demand: GateDemand = strawberry.field(description="One of the gate's demands.")
    rank: int = strawberry.field(description="The rank of severity from which on it is made.")


@strawberry.input(description="What to demand before a category.")
class SetIncidentGateInput:
    company: Reference = strawberry.field(description="The company.")
    category: Category = strawberry.field(description="The category before which the gate stands.")
    demands: list[GateDemand] | None = strawberry.field(
        default=None, description="What its incidents have to tell; none at all opens the gate, null is the usual one."
    )
    floors: list[IncidentDemandFloorInput] = strawberry.field(
        default_factory=list, description="Which of these to make only from a rank of severity on; left out, none."
    )
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


Setting: TypeAlias = Annotated[SetIncidentGateInput, strawberry.argument(description="Which gate, and its demands.")]


@strawberry.type(description="What came of setting a gate.")
class SetIncidentGatePayload:
    gate: IncidentGate | None = strawberry.field(description="The gate as it is now; null when refused.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class SetIncidentGateMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE_GATES)],
        description=described(
            "Sets what a company demands before its incidents enter a category.",
            rights="directory.manage in the company.",
        ),
    )
    async def set_incident_gate(self, info: Info, input: Setting) -> SetIncidentGatePayload | None:
        try:
            gate = await _set(input, info.context)
        except Refusal as refusal:
            return SetIncidentGatePayload(gate=None, errors=[user_error(refusal)])
        return SetIncidentGatePayload(gate=IncidentGate.of(StatusCategory(gate.category), gate), errors=[])


async def _set(source: SetIncidentGateInput, context: Context) -> GateRow:
    command = SetGate(
        company=to_key(source.company, "company"),
        category=StatusCategory[source.category.name],
        demands=None if source.demands is None else [Demand(each.name) for each in source.demands],
        floors={Demand(each.demand.name): each.rank for each in source.floors},
        expected_version=source.expected_version,
    )
    await context.projections.ensure(context.actor, companies=[command.company])
    async with context.work() as work:
        return await set_gate(command, work)
