"""Whether what hangs on an incident may name a department, a site or a team."""

from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import NotFound
from services.incidents.persistence.known import Unit, find_known


async def require_unit(unit: Unit, id: UUID, company: UUID, work: UnitOfWork) -> None:
    """Raises NotFound, naming its field, unless it is one of the company's, and in use."""
    known = await find_known(work.session, units={(unit, id)})
    if known.units.get((unit, id)) != company:
        name = unit.name.lower()
        raise NotFound(f"The {name} was", field=(f"{name}_id",))
