"""The history of incidents: written with each change, read page by page."""

from collections.abc import Collection
from functools import cache
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from chassis.database import UnitOfWork
from chassis.identifiers import to_json
from chassis.paging import Place, SortKey, named, paged_for_each, with_parameters
from services.incidents.domain.chain import RECORDED, digest, record_of
from services.incidents.domain.parts import Part
from services.incidents.persistence.rows import ChangeRow, IncidentRow
from services.incidents.persistence.sight import IDS, MOST, Shape, Sight

_NEWEST_FIRST: Final = (SortKey(ChangeRow.sequence, down=True),)


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


@cache
def _newest(shape: Shape, place: Place | None) -> Select[ChangeRow]:
    seen = Sight.shaped(shape).ids(IDS).subquery()
    its, read_from = ChangeRow.incident_id == seen.c.id, with_parameters(place, _NEWEST_FIRST)
    return paged_for_each(seen, ChangeRow, its, keys=_NEWEST_FIRST, most=MOST, place=read_from)


class Changes:
    """Reading the history of the incidents that the actor sees."""

    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._sight = Sight.of(actor)

    async def pages(self, incidents: Collection[UUID], first: int, after: Place | None) -> dict[UUID, list[ChangeRow]]:
        """Per incident up to `first` + 1 entries, newest first, from the place of a sequence; one statement."""
        place, values = named(after)
        values |= {IDS.key: list(incidents), MOST.key: first + 1}
        newest = _newest(self._sight.shape, place)
        found: dict[UUID, list[ChangeRow]] = {incident: [] for incident in incidents}
        for row in await self._session.scalars(newest, self._sight.parameters(**values)):
            found[row.incident_id].append(row)
        return found

    async def counts(self, incidents: Collection[UUID]) -> dict[UUID, int]:
        statement = (
            select(ChangeRow.incident_id, func.count().label("number"))
            .where(ChangeRow.incident_id.in_(self._sight.ids(incidents)))
            .group_by(ChangeRow.incident_id)
        )
        return {row.incident_id: row.number for row in await self._session.execute(statement)}
