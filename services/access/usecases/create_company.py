"""Creating a company."""

from dataclasses import dataclass
from itertools import islice

from chassis.access import EVERY_COMPANY
from chassis.database import UnitOfWork
from chassis.errors import Conflict, Denied
from chassis.identifiers import uuid7
from services.access.domain import codes, details
from services.access.domain.permissions import MANAGE
from services.access.persistence.companies import Companies
from services.access.persistence.rows import CompanyRow
from services.access.usecases.telling import tell_company
from services.access.usecases.versions import note_new

_CANDIDATES = 50  # codes looked at with one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCompany:
    """Without a code one is derived from the name."""

    name: str
    code: str | None = None
    country: str | None = None
    time_zone: str | None = None
    default_locale: str | None = None
    fiscal_year_start_month: int | None = None


async def create_company(command: CreateCompany, work: UnitOfWork) -> CompanyRow:
    """Raises Denied, Invalid, or Conflict when the name or the given code is taken."""
    if work.actor.companies(MANAGE) is not EVERY_COMPANY:
        raise Denied(f"{MANAGE} in every company")
    values = {
        "id": uuid7(),
        "name": details.name(command.name),
        "country": details.country(command.country),
        "time_zone": details.time_zone(command.time_zone or details.DEFAULT_TIME_ZONE),
        "default_locale": details.locale(command.default_locale or details.DEFAULT_LOCALE, "default_locale"),
        "fiscal_year_start_month": details.month(
            details.JANUARY if command.fiscal_year_start_month is None else command.fiscal_year_start_month,
            "fiscal_year_start_month",
        ),
        "active": True,
        "version": 1,
    }
    company = await _add(values, command.code, Companies(work.session, work.actor))
    tell_company(company, work)
    names = ("name", "code", "country", "time_zone", "default_locale", "fiscal_year_start_month", "active")
    note_new(company, {name: getattr(company, name) for name in names}, work)
    return company


async def _add(values: dict[str, object], given: str | None, companies: Companies) -> CompanyRow:
    """A code that somebody else takes at the same moment is passed over for the next one."""
    name = str(values["name"])
    while True:
        code = codes.code(given) if given is not None else await _free_code(name, companies)
        company = await companies.add(values | {"code": code})
        if company is not None:
            return company
        if await companies.name_taken(name):
            raise Conflict("There is a company of this name.", field=("name",))
        if given is not None and await companies.codes_taken([code]):
            raise Conflict("There is a company with this code.", field=("code",))


async def _free_code(name: str, companies: Companies) -> str:
    candidates = codes.derived_codes(name)
    while True:
        some = list(islice(candidates, _CANDIDATES))
        taken = await companies.codes_taken(some)
        free = next((code for code in some if code not in taken), None)
        if free is not None:
            return free
