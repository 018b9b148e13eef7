"""Telling once of each part of an incident that is open past its due date.

What was told is marked in the transaction that stores the event: a worker that is killed before the commit has told
nothing, one that is killed after it has told all.
"""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database, UnitOfWork
from chassis.errors import Fault
from services.incidents.domain.events import IncidentPartOverdue
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.changes import new_entry
from services.incidents.persistence.deadline_rows import DeadlineRow
from services.incidents.persistence.overdue import concerned_by, take_overdue
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.versions import tell

AT_ONCE: Final = 50
IDLE_SECONDS: Final = 30.0
_ACTOR: Final = Actor.system("announcement of what is overdue", EVERY_COMPANY)


async def announce_for_ever(database: Database, idle_seconds: float = IDLE_SECONDS) -> None:
    """Until cancelled. Raises Fault when the database goes away."""
    while True:
        try:
            number = await announce_overdue(database)
        except (SQLAlchemyError, OSError) as error:
            raise Fault("database", "was lost while announcing what is overdue") from error
        if number < AT_ONCE:
            await asyncio.sleep(idle_seconds)


async def announce_overdue(database: Database) -> int:
    """How many were told of, up to AT_ONCE."""
    async with database.work(_ACTOR) as work:
        overdue = await take_overdue(AT_ONCE, work.session)
        concerned = await concerned_by([deadline for _, deadline in overdue], work.session)
        for incident, deadline in overdue:
            _announce(incident, deadline, _in_sight(concerned.get(deadline.part_id, ()), incident), work)
        return len(overdue)


def _in_sight(people: Collection[UUID], incident: IncidentRow) -> list[UUID]:
    """Who is no member of what was restricted since is told nothing of it any more."""
    return [each for each in people if not incident.restricted or each in incident.members]


def _announce(incident: IncidentRow, deadline: DeadlineRow, concerned: Collection[UUID], work: UnitOfWork) -> None:
    deadline.announced_at = incident.updated_at = datetime.now(UTC)
    incident.sequence += 1
    part = Part(PartType(deadline.part_type), deadline.part_id)
    work.session.add(new_entry(incident, Operation.OVERDUE.value, {}, None, work, part))
    fact = IncidentPartOverdue(
        incident_id=incident.id,
        reference=incident.reference,
        part=part.type.value,
        part_id=part.id,
        due_at=deadline.due_at,
        concerned_ids=tuple(concerned),
        version=incident.version,
    )
    tell(incident, fact, work)
