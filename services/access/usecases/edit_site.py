"""Changing a site."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from services.access.domain import details
from services.access.persistence.rows import SiteRow
from services.access.usecases.management import hold_unit
from services.access.usecases.telling import tell_site
from services.access.usecases.versions import Rules, change, checked, expect


@dataclass(frozen=True, slots=True, kw_only=True)
class EditSite:
    """`values` are new ones by column."""

    site_id: UUID
    values: Mapping[str, Any]
    expected_version: int | None = None


async def edit_site(command: EditSite, work: UnitOfWork) -> SiteRow:
    """Raises NotFound, Denied, Invalid or StaleRow. An edit that changes nothing writes nothing."""
    site = await hold_unit(SiteRow, command.site_id, work)
    expect(command.expected_version, site, work)
    if change(site, checked(command.values, _RULES), work):
        tell_site(site, work)
        await work.session.flush()
    return site


_RULES: Rules = {"name": details.name, "address": details.address, "country": details.country, "active": bool}
