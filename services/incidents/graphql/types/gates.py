"""What stands in an incident's way, and what its company demands."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Self

import strawberry

from chassis.graphql.refusals import camel
from services.incidents.domain.gates import USUAL, Demand, Missing, input_of, way_out
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.graphql.types.enums import Category, GateDemand
from services.incidents.graphql.types.others import User
from services.incidents.persistence.rows import GateChangeRow, GateRow

_PERSONS = ("user", "service_account")


@strawberry.type(description="Something that an incident lacks for a category.")
class MissingDemand:
    demand: GateDemand = strawberry.field(description="What is lacking.")
    gate: Category = strawberry.field(description="The category before which it is asked for.")
    field: str = strawberry.field(
        description="The field of `editIncident` by which it is told, or of the incident that shows what is lacking."
    )
    message: str = strawberry.field(description="What to do, for people.")

    @classmethod
    def of(cls, lacking: Missing) -> Self:
        return cls(
            demand=GateDemand[lacking.demand.name],
            gate=Category(lacking.gate.value),
            field=camel(input_of(lacking.demand)),
            message=way_out(lacking),
        )


@strawberry.type(description="A demand that is made only of severe incidents.")
class IncidentDemandFloor:
    demand: GateDemand = strawberry.field(description="The demand.")
    rank: int = strawberry.field(description="The rank of severity from which on it is made.")


@strawberry.type(description="What a company demands before its incidents enter a category.")
class IncidentGate:
    category: Category = strawberry.field(description="The category before which it stands.")
    demands: list[GateDemand] = strawberry.field(description="What an incident has to tell.")
    floors: list[IncidentDemandFloor] = strawberry.field(
        description="Which are made only from a rank of severity on; of what nobody assessed they are not made."
    )
    usual: bool = strawberry.field(description="Whether these are the usual demands, or the company has set its own.")
    version: int = strawberry.field(description="Counts its changes from 0; hand it to `expectedVersion`.")

    @classmethod
    def of(cls, category: StatusCategory, row: GateRow | None) -> Self:
        own = None if row is None else row.demands
        demands = USUAL.get(category, ()) if own is None else [Demand(each) for each in own]
        return cls(
            category=Category(category.value),
            demands=[GateDemand[each.name] for each in demands],
            floors=[] if row is None else _floors(row.floors),
            usual=own is None,
            version=0 if row is None else row.version,
        )


@strawberry.type(description="A change of a gate: who, when, what.")
class IncidentGateChange:
    category: Category = strawberry.field(description="The category before which the gate stands.")
    version: int = strawberry.field(description="The gate's version after it.")
    at: datetime = strawberry.field(description="When it was made.")
    actor: User | None = strawberry.field(description="Who made it; null when the registry itself did.")
    before: list[GateDemand] | None = strawberry.field(description="The demands before; null for the usual ones.")
    after: list[GateDemand] | None = strawberry.field(description="The demands after, likewise.")
    floors_before: list[IncidentDemandFloor] = strawberry.field(description="From which ranks on, before.")
    floors_after: list[IncidentDemandFloor] = strawberry.field(description="From which ranks on, after.")

    @classmethod
    def from_row(cls, row: GateChangeRow) -> Self:
        return cls(
            category=Category(row.category),
            version=row.version,
            at=row.at,
            actor=User(id=strawberry.ID(str(row.actor_id))) if row.actor_kind in _PERSONS else None,
            before=_demands(row.before),
            after=_demands(row.after),
            floors_before=_floors(row.floors_before),
            floors_after=_floors(row.floors_after),
        )


def gates_from(rows: Iterable[GateRow]) -> list[IncidentGate]:
    """One for each category, in their order."""
    own = {row.category: row for row in rows}
    return [IncidentGate.of(category, own.get(category.value)) for category in StatusCategory]


def _floors(stored: Mapping[str, int]) -> list[IncidentDemandFloor]:
    return [IncidentDemandFloor(demand=GateDemand[name], rank=rank) for name, rank in stored.items()]


def _demands(stored: Sequence[str] | None) -> list[GateDemand] | None:
    return None if stored is None else [GateDemand[each] for each in stored]
