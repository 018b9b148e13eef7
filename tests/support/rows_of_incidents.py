"""Incidents put into the table as rows, without the service: as many, and as strange, as a test of reading needs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.identifiers import uuid7
from services.incidents.persistence.rows import IncidentRow
from tests.support.services import SYSTEM, RunningService


def incident_row(company: UUID, at: datetime, **more: Any) -> IncidentRow:
    """Registered at that time."""
    values = {
        "id": uuid7(), "company_id": company, "reference": str(uuid7()), "title": "Something happened",
        "status_id": uuid7(), "status_category": "NEW", "registered_by_id": uuid7(), "registered_at": at,
        "updated_at": at, "tags": [], "version": 1, "sequence": 1,
    }  # fmt: skip
    return IncidentRow(**(values | more))


async def keep(service: RunningService, rows: Iterable[IncidentRow]) -> None:
    async with service.database.work(SYSTEM) as work:
        work.session.add_all(rows)
