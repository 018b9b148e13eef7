"""Changing a company: by who manages it; its name, which no other company may have, by who manages every one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from chassis.access import EVERY_COMPANY
from chassis.database import UnitOfWork
from chassis.errors import Conflict, Denied
from chassis.identifiers import Key
from services.access.domain import details
from services.access.domain.permissions import MANAGE
from services.access.persistence.companies import Companies
from services.access.persistence.rows import CompanyRow
from services.access.usecases.management import hold_company
from services.access.usecases.telling import tell_company
from services.access.usecases.versions import Rules, change, checked, expect


@dataclass(frozen=True, slots=True, kw_only=True)
class EditCompany:
    """`values` are new ones by column. The code is not among them: it is part of the numbers of incidents."""

    company: Key
    values: Mapping[str, Any]
    expected_version: int | None = None


async def edit_company(command: EditCompany, work: UnitOfWork) -> CompanyRow:
    """Raises NotFound, Denied, Invalid, Conflict or StaleRow. An edit that changes nothing writes nothing."""
    company = await hold_company(command.company, work, "company")
    expect(command.expected_version, company, work)
    values = checked(command.values, _RULES)
    if values.get("name", company.name) != company.name:
        await _require_free(values["name"], work)
    if change(company, values, work):
        tell_company(company, work)
        await _flush(work)
    return company


_RULES: Rules = {
    "name": details.name,
    "country": details.country,
    "time_zone": details.time_zone,
    "default_locale": lambda value: details.locale(value, "default_locale"),
    "fiscal_year_start_month": lambda value: details.month(value, "fiscal_year_start_month"),
    "active": bool,
}


async def _require_free(name: str, work: UnitOfWork) -> None:
    """Whether a name is taken is told only to who sees every company."""
    if work.actor.companies(MANAGE) is not EVERY_COMPANY:
        raise Denied(f"{MANAGE} in every company", field=("name",))
    if await Companies(work.session, work.actor).name_taken(name):
        raise _taken()


async def _flush(work: UnitOfWork) -> None:
    try:
        await work.session.flush()
    except IntegrityError as error:  # somebody took the name at the same moment
        raise _taken() from error


def _taken() -> Conflict:
    return Conflict("There is a company of this name.", field=("name",))
