"""Setting what a company demands before its incidents enter a category."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import NotFound, StaleVersion
from chassis.identifiers import Key
from services.incidents.domain import permissions
from services.incidents.domain.gates import Demand, check_floors
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.persistence import gates
from services.incidents.persistence.known import find_known
from services.incidents.persistence.rows import GateChangeRow, GateRow

_COMPANY = "The company was"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetGate:
    """`demands` None is the usual gate again. `floors` are ranks of severity from which on a demand is made."""

    company: Key
    category: StatusCategory
    demands: Sequence[Demand] | None
    floors: Mapping[Demand, int] = field(default_factory=dict)
    expected_version: int | None = None


async def set_gate(command: SetGate, work: UnitOfWork) -> GateRow:
    """Raises NotFound, Denied, Invalid or StaleVersion. Setting what is set already changes nothing."""
    company = await managed_company(command.company, work)
    gate = await gates.locked(company, command.category, work.session)
    if command.expected_version is not None and command.expected_version != gate.version:
        raise StaleVersion(command.expected_version, gate.version)

    chosen = None if command.demands is None else [each.value for each in Demand if each in command.demands]
    floors = check_floors(command.demands, command.floors)
    if (chosen, floors) != (gate.demands, gate.floors):
        _write(gate, chosen, floors, work)
    await work.session.flush()
    return gate


async def managed_company(key: Key, work: UnitOfWork) -> UUID:
    """Whose rules the actor sets. Raises NotFound or Denied."""
    company = (await find_known(work.session, companies=[key])).companies.get(key)
    if company is None:
        raise NotFound(_COMPANY, field=("company",))
    work.actor.require(
        permissions.MANAGE_GATES, company.id, what=_COMPANY, seen_with=permissions.VIEW, field=("company",)
    )
    return company.id


def _write(gate: GateRow, chosen: list[str] | None, floors: dict[str, int], work: UnitOfWork) -> None:
    before, gate.demands = gate.demands, chosen
    floors_before, gate.floors = gate.floors, floors
    gate.version += 1
    work.session.add(
        GateChangeRow(
            company_id=gate.company_id,
            category=gate.category,
            version=gate.version,
            at=datetime.now(UTC),
            actor_kind=work.actor.kind.value,
            actor_id=work.actor.id,
            request_id=work.cause.request_id,
            before=before,
            after=chosen,
            floors_before=floors_before,
            floors_after=floors,
        )
    )
