"""Taking hold of a company, or of a part of it, in order to change it.

Whoever changes a company or what it consists of holds the company's row meanwhile, so that codes stay unique and
departments a tree, whoever else is at it.
"""

from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Denied
from chassis.identifiers import Key
from services.access.domain.permissions import MANAGE
from services.access.persistence.companies import Companies
from services.access.persistence.rows import CompanyRow
from services.access.persistence.units import U, Units


async def hold_company(key: Key, work: UnitOfWork, *field: str) -> CompanyRow:
    """Raises NotFound when it is absent or out of sight, Denied when the actor does not manage it."""
    companies = Companies(work.session, work.actor)
    (company,) = await companies.resolve([key], *field)
    return await _held(company, work, *field)


async def hold_unit(kind: type[U], unit_id: UUID, work: UnitOfWork) -> U:
    """A department, site or team. Raises NotFound when it is absent or out of sight, Denied when not managed."""
    units = Units(kind, work.session, work.actor)
    unit = await units.get(unit_id, "id")
    await _held(unit.company_id, work, "id")
    return await units.get(unit_id, "id")


async def _held(company: UUID, work: UnitOfWork, *field: str) -> CompanyRow:
    if not work.actor.may(MANAGE, company):
        raise Denied(MANAGE, field=field)
    return await Companies(work.session, work.actor).lock(company, *field)
