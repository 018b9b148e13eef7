"""Writing into the history of an incident that something of it was taken out: exported, sent by mail, or looked at.

Who takes it out may have no right to change the incident; the service writes it down itself, in the name of who did it.
Other services tell of it by asking, and ask again where no answer came: each disclosure has a key, and is written once.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import select

from chassis.access import EVERY_COMPANY, Actor, ActorKind, Scope
from chassis.database import Cause, Database, UnitOfWork
from services.incidents.domain.events import IncidentDisclosed
from services.incidents.persistence.changes import new_entry
from services.incidents.persistence.disclosures import first_told
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases import versions

_REGISTRY = Actor.system("disclosures", EVERY_COMPANY)
_OPERATOR = "operator"  # who has the database has no permission of the registry's
_LONGEST = 300


class Disclosing(StrEnum):
    EXPORT = "EXPORT"
    MAIL = "MAIL"
    ACCESS = "ACCESS"


class Disclosure(BaseModel):
    """Who took what out of which incident: `what` in a line, such as the name of a file; by which right.

    `key` is made once for each, by who tells it; the id of an event that tells the same will do.
    """

    key: UUID
    incident_id: UUID
    operation: Disclosing
    what: Annotated[str, Field(min_length=1, max_length=_LONGEST)]
    permission: Annotated[str, Field(min_length=1, max_length=100)]
    actor_id: UUID
    actor_kind: ActorKind
    request_id: Annotated[str | None, Field(max_length=200)] = None


async def record_disclosure(told: Disclosure, database: Database) -> None:
    """Raises NotFound for an incident that is not there. Told again under the same key, it is written no more."""
    who = Actor(id=told.actor_id, kind=told.actor_kind, name="", scope=Scope({}))
    async with database.work(_REGISTRY, Cause(request_id=told.request_id)) as work:
        incident = await Incidents(work.session, work.actor).get(told.incident_id, lock=True)
        if await first_told(incident, told.key, work.session):
            await _write(incident, told.operation, told.what, who, told.permission, work)


async def note_export(reference: str, database: Database) -> None:
    """That an operator exports the history of an incident, deleted ones too; nothing of one that is not there."""
    wanted = select(IncidentRow).where(IncidentRow.reference == reference, IncidentRow.purged_at.is_(None))
    async with database.work(_REGISTRY) as work:
        incident = await work.session.scalar(wanted.with_for_update())
        if incident is not None:
            await _write(incident, Disclosing.EXPORT, "history", work.actor, _OPERATOR, work)


async def _write(
    incident: IncidentRow, operation: Disclosing, what: str, who: Actor, permission: str, work: UnitOfWork
) -> None:
    """It changes nothing of the incident but its history: neither its version nor when it last changed."""
    before = incident.updated_at
    incident.sequence += 1
    incident.updated_at = datetime.now(UTC)
    work.session.add(new_entry(incident, operation.value, {"what": (None, what)}, permission, work, by=who))
    incident.updated_at = before
    fact = IncidentDisclosed(
        incident_id=incident.id, reference=incident.reference, operation=operation.value, version=incident.version
    )
    versions.tell(incident, fact, work)
    await work.session.flush()
