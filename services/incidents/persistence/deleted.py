"""Incidents that were deleted and are not purged: there for who may delete incidents where they were, and view them."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from chassis.errors import NotFound
from chassis.paging import Place, SortKey, paged
from chassis.rowsecurity import among, confided
from services.incidents.domain import permissions
from services.incidents.persistence.incidents import INCIDENT
from services.incidents.persistence.rows import IncidentRow

_DELETED: Final = and_(IncidentRow.deleted_at.is_not(None), IncidentRow.purged_at.is_(None))
_LAST_DELETED: Final = (SortKey(IncidentRow.deleted_at.expression, down=True), SortKey(IncidentRow.id, down=True))


class Deleted:
    """Always through the eyes of one actor; restricted ones are for their members here, too."""

    def __init__(self, session: AsyncSession, actor: Actor, companies: Collection[UUID] | None = None) -> None:
        self._session = session
        self._actor = actor
        self._companies = companies

    async def get(self, incident_id: UUID) -> IncidentRow:
        """Nobody else's until the commit. Raises NotFound when it is absent, present, or out of the actor's sight."""
        wanted = self._seen().where(IncidentRow.id == incident_id)
        found = await self._session.scalar(wanted.with_for_update())
        if found is None:
            raise NotFound(INCIDENT, field=("id",))
        return found

    async def page(self, first: int, after: Place | None) -> Sequence[IncidentRow]:
        """Up to `first` + 1, last deleted first, from a place of time and id."""
        return (await self._session.scalars(paged(self._seen(), _LAST_DELETED, first, after))).all()

    async def count(self) -> int:
        return await self._session.scalar(self._seen().with_only_columns(func.count())) or 0

    def _seen(self) -> Select[IncidentRow]:
        found = select(IncidentRow).where(
            among(IncidentRow.company_id, self._actor.companies(permissions.DELETE)),
            among(IncidentRow.company_id, self._actor.companies(permissions.VIEW)),
            confided(
                IncidentRow.restricted,
                IncidentRow.company_id,
                IncidentRow.members,
                all_of=self._actor.companies(permissions.VIEW_RESTRICTED),
                to=self._actor.id,
            ),
            _DELETED,
        )
        if self._companies is None:
            return found
        return found.where(IncidentRow.company_id == func.any(list(self._companies)))


def due(retention: timedelta, limit: int) -> Select[IncidentRow]:
    """Those deleted so long ago by the clock of the database, which nobody holds back; oldest deletion first."""
    before = func.now() - retention
    wanted = select(IncidentRow).where(_DELETED, IncidentRow.deleted_at < before, IncidentRow.held.is_(False))
    return wanted.order_by(IncidentRow.deleted_at, IncidentRow.id).limit(limit)
