"""Finding action items: those of incidents, and those of companies over all incidents that the actor sees."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor, Companies, Everywhere
from chassis.paging import Place, SortKey, paged
from chassis.rowsecurity import among
from services.incidents.domain import permissions
from services.incidents.domain.action_items import AWAITED
from services.incidents.persistence.action_item_rows import ActionItemRow
from services.incidents.persistence.parts import Parts

_OPEN: Final = ActionItemRow.status.in_(sorted(each.value for each in AWAITED))
_BY_DATE: Final = (SortKey(ActionItemRow.awaited_at), SortKey(ActionItemRow.id))
_LATE: Final = ActionItemRow.awaited_at < func.now()


@dataclass(frozen=True, slots=True)
class ActionItemNumbers:
    """How many action items an incident has; `incomplete` are open ones without an owner or a due date."""

    total: int = 0
    open: int = 0
    incomplete: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemQuery:
    """All given conditions must hold; an empty collection lets nothing through, None means no condition."""

    company_ids: Collection[UUID] | None = None
    owner_ids: Collection[UUID] | None = None
    statuses: Collection[str] | None = None
    overdue: bool | None = None

    def conditions(self, seen: Companies) -> list[ColumnElement[bool]]:
        """`seen` are the companies whose incidents the actor sees."""
        asked = None if self.company_ids is None else frozenset(self.company_ids)
        companies = seen if asked is None else asked if isinstance(seen, Everywhere) else asked & seen
        found = [among(ActionItemRow.company_id, companies)]
        if self.owner_ids is not None:
            found.append(ActionItemRow.owner_id == func.any(list(self.owner_ids)))
        if self.statuses is not None:
            found.append(ActionItemRow.status == func.any(list(self.statuses)))
        if self.overdue is not None:
            found.append(_LATE if self.overdue else ~_LATE)
        return found


class ActionItems(Parts[ActionItemRow]):
    """Those that were not deleted."""

    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        super().__init__(session, actor, ActionItemRow, ActionItemRow.deleted_at.is_(None))
        self._seen = actor.companies(permissions.VIEW)

    async def numbers(self, incidents: Collection[UUID]) -> dict[UUID, ActionItemNumbers]:
        """Of those that have any; one statement."""
        of = ActionItemRow.incident_id
        lacking = or_(ActionItemRow.owner_id.is_(None), ActionItemRow.due_at.is_(None))
        found = self._those(of.in_(self._incidents.visible_ids(incidents))).with_only_columns(
            of.label("incident"),
            func.count().label("total"),
            func.count().filter(_OPEN).label("open"),
            func.count().filter(_OPEN, lacking).label("incomplete"),
            func.count().filter(_LATE).label("overdue"),
        )
        rows = await self._session.execute(found.group_by(of))
        return {row.incident: ActionItemNumbers(row.total, row.open, row.incomplete, row.overdue) for row in rows}

    async def page(self, wanted: ActionItemQuery, first: int, after: Place | None) -> Sequence[ActionItemRow]:
        """Up to `first` + 1 from a place of awaited_at and id: what is awaited first comes first."""
        return (await self._session.scalars(paged(self._wanted(wanted), _BY_DATE, first, after))).all()

    async def count(self, wanted: ActionItemQuery) -> int:
        return int(await self._session.scalar(self._wanted(wanted).with_only_columns(func.count())) or 0)

    def _wanted(self, wanted: ActionItemQuery) -> Select[ActionItemRow]:
        return self._those(*wanted.conditions(self._seen), ActionItemRow.incident_id.in_(self._incidents.seen_ids()))
