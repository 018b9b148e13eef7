"""Creating a site."""

from dataclasses import dataclass

from chassis.database import UnitOfWork
from chassis.identifiers import Key, uuid7
from services.access.domain import details
from services.access.persistence.rows import SiteRow
from services.access.usecases.management import hold_company
from services.access.usecases.telling import tell_site
from services.access.usecases.versions import note_new


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSite:
    company: Key
    name: str
    address: str | None = None
    country: str | None = None


async def create_site(command: CreateSite, work: UnitOfWork) -> SiteRow:
    """Raises NotFound, Denied or Invalid."""
    company = await hold_company(command.company, work, "company")
    site = SiteRow(
        id=uuid7(),
        company_id=company.id,
        name=details.name(command.name),
        address=details.address(command.address),
        country=details.country(command.country),
        active=True,
        version=1,
    )
    work.session.add(site)
    tell_site(site, work)
    note_new(site, {"name": site.name, "address": site.address, "country": site.country}, work)
    await work.session.flush()
    return site
