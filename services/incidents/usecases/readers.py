"""Naming people in what hangs on an incident: only those who may see it."""

from collections.abc import Collection
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import NotFound
from services.incidents.persistence.known import find_known
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.relations import colleagues


async def require_readers(ids: Collection[UUID], incident: IncidentRow, work: UnitOfWork, *, field: str) -> None:
    """Raises NotFound unless all may view incidents of the company, and are members where it is restricted.

    Who is none of these is as absent as somebody who does not exist.
    """
    if not ids:
        return
    known = await find_known(work.session, companies=(), entries=(), users=set(ids))
    colleagues(ids, known, incident.company_id, field=field)
    if incident.restricted and not set(ids) <= set(incident.members):
        raise NotFound("The member was", field=(field,))
