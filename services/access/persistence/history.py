"""The history of access: written with each change, read page by page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Select, Uuid, and_, column, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor, Companies, Everywhere
from chassis.database import UnitOfWork
from chassis.identifiers import to_json, uuid7
from chassis.paging import Place, SortKey, paged
from chassis.tables import table_of
from services.access.domain import permissions
from services.access.domain.history import Changes, Operation, Subject, check_secrecy
from services.access.persistence.rows import AccessChangeCountRow, AccessChangeRow

AUDIT: Final = "audit"  # the wall of the history
Rows: TypeAlias = type[AccessChangeRow] | type[AccessChangeCountRow]


def record(
    subject: Subject, companies: Companies, operation: Operation, work: UnitOfWork, changes: Changes | None = None
) -> None:
    """Writes in the transaction of `work` what `operation` changed in `companies`, as `{field: (before, after)}`.

    Of lists, before is what was taken away and after what was added. Raises ValueError for secrets.
    """
    found = changes or {}
    check_secrecy(found)
    everywhere = isinstance(companies, Everywhere)
    work.session.add(
        AccessChangeRow(
            id=uuid7(),
            subject_kind=subject.kind.value,
            subject_id=subject.id,
            subject_name=subject.name,
            every_company=everywhere,
            company_ids=[] if isinstance(companies, Everywhere) else sorted(companies),
            actor_kind=work.actor.kind.value,
            actor_id=work.actor.id,
            request_id=work.cause.request_id,
            operation=operation.value,
            changes=orjson.loads(orjson.dumps(found, default=to_json)),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    """All given conditions must hold; an empty collection lets nothing through, None means no condition."""

    company_ids: Collection[UUID] | None = None
    subject_ids: Collection[UUID] | None = None
    subject_kinds: Collection[str] | None = None
    actor_ids: Collection[UUID] | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """But for that of the companies."""
        lists: list[tuple[Any, Collection[Any] | None]] = [
            (AccessChangeRow.subject_id, self.subject_ids),
            (AccessChangeRow.subject_kind, self.subject_kinds),
            (AccessChangeRow.actor_id, self.actor_ids),
        ]
        found = [column == func.any(list(wanted)) for column, wanted in lists if wanted is not None]
        if self.since is not None:
            found.append(AccessChangeRow.at >= self.since)
        return found if self.until is None else [*found, AccessChangeRow.at < self.until]


class History:
    """Reading it, through the eyes of one actor. `session` must have opened the wall AUDIT."""

    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def page(self, wanted: HistoryFilter, first: int, after: Place | None) -> Sequence[AccessChangeRow]:
        """Up to `first` + 1 entries, newest first, from the place of a time and an id."""
        statement = select(AccessChangeRow).where(*wanted.conditions(), *self._concerning(AccessChangeRow, wanted))
        keys = (SortKey(AccessChangeRow.at, down=True), SortKey(AccessChangeRow.id, down=True))
        return (await self._session.scalars(paged(statement, keys, first, after))).all()

    async def count(self, wanted: HistoryFilter) -> int:
        """Costs next to nothing for whole companies; with other conditions, what it takes to look at the entries."""
        statement: Select[int]
        if conditions := wanted.conditions():
            statement = select(func.count(AccessChangeRow.id)).where(
                *conditions, *self._concerning(AccessChangeRow, wanted)
            )
        else:
            statement = select(func.sum(AccessChangeCountRow.number)).where(
                *self._concerning(AccessChangeCountRow, wanted)
            )
        return int(await self._session.scalar(statement) or 0)

    def _concerning(self, rows: Rows, wanted: HistoryFilter) -> list[ColumnElement[bool]]:
        """What concerns a company whose history the actor may read, decided here and nowhere else; and a wanted one."""
        read = self._actor.companies(permissions.AUDIT)
        found = [] if isinstance(read, Everywhere) else [_concerning(rows, read)]
        return found if wanted.company_ids is None else [*found, _concerning(rows, frozenset(wanted.company_ids))]


def _concerning(rows: Rows, companies: Collection[UUID]) -> ColumnElement[bool]:
    """What concerns every company concerns each of them, if there is one.

    The companies are looked up by hash, as in the walls: comparing each of an entry with two thousand takes long.
    """
    if not companies:
        return false()
    each = func.unnest(rows.company_ids).table_valued(column("id", Uuid()), name="one").render_derived()
    some = select(func.bool_or(each.c.id.in_(_listed(companies)))).correlate(rows).scalar_subquery()
    return or_(
        rows.every_company,
        rows.company_ids[1].in_(_listed(companies)),
        and_(func.cardinality(rows.company_ids) > 1, some),
    )


def _listed(companies: Collection[UUID]) -> Select[UUID]:
    return select(table_of(companies).c.id)
