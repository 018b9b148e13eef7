"""The history of incidents: written with each change, read page by page."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from chassis.database import UnitOfWork
from chassis.identifiers import to_json
from chassis.paging import Place, SortKey, paged_for_each
from services.incidents.domain.chain import RECORDED, digest, record_of
from services.incidents.domain.parts import Part
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.rows import ChangeRow, IncidentRow

_NEWEST: Final = (SortKey(ChangeRow.sequence, down=True),)


def new_entry(
    incident: IncidentRow,
    operation: str,
    changes: dict[str, tuple[Any, Any]],
    permission: str | None,
    work: UnitOfWork,
    part: Part | None = None,
    by: Actor | None = None,
) -> ChangeRow:
    """What `operation` changed by the right `permission`, as `{field: [before, after]}`, under the present sequence.

    The registry itself, which nobody gave a right, has none.

    It is about the incident itself, or about a part of it. It is chained to the entry before, so nobody else may be
    writing one: the caller holds the incident's row, or has just made it. It is not stored yet. `by` is who did it,
    where that is not who writes it down.
    """
    actor = by or work.actor
    entry = ChangeRow(
        incident_id=incident.id,
        company_id=incident.company_id,
        sequence=incident.sequence,
        at=incident.updated_at,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        request_id=work.cause.request_id,
        operation=operation,
        changes=orjson.loads(orjson.dumps(changes, default=to_json)),
        part_type=part and part.type.value,
        part_id=part and part.id,
        permission=permission,
        previous=incident.history_hash,
    )
    entry.hash = incident.history_hash = digest(record_of({name: getattr(entry, name) for name in RECORDED}))
    return entry


class Changes:
    """Reading the history of the incidents that the actor sees."""

    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._incidents = Incidents(session, actor)

    async def pages(self, incidents: Collection[UUID], first: int, after: Place | None) -> dict[UUID, list[ChangeRow]]:
        """Per incident up to `first` + 1 entries, newest first, from the place of a sequence; one statement."""
        wanted = self._incidents.visible_ids(incidents).subquery()
        its = ChangeRow.incident_id == wanted.c.id
        found: dict[UUID, list[ChangeRow]] = {incident: [] for incident in incidents}
        newest = paged_for_each(wanted, ChangeRow, its, keys=_NEWEST, first=first, place=after)
        for row in await self._session.scalars(newest):
            found[row.incident_id].append(row)
        return found

    async def counts(self, incidents: Collection[UUID]) -> dict[UUID, int]:
        statement = (
            select(ChangeRow.incident_id, func.count().label("number"))
            .where(ChangeRow.incident_id.in_(self._incidents.visible_ids(incidents)))
            .group_by(ChangeRow.incident_id)
        )
        return {row.incident_id: row.number for row in await self._session.execute(statement)}
