"""The history of access: written with each change, read page by page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor, Companies, Everywhere
from chassis.database import UnitOfWork
from chassis.identifiers import to_json, uuid7
from services.access.domain import permissions
from services.access.domain.history import Changes, Operation, Subject, check_secrecy
from services.access.persistence.rows import AccessChangeRow

AUDIT: Final = "audit"  # the wall of the history


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
        lists: list[tuple[Any, Collection[Any] | None]] = [
            (AccessChangeRow.subject_id, self.subject_ids),
            (AccessChangeRow.subject_kind, self.subject_kinds),
            (AccessChangeRow.actor_id, self.actor_ids),
        ]
        found = [column == func.any(list(wanted)) for column, wanted in lists if wanted is not None]
        if self.company_ids is not None:
            found.append(_concerning(frozenset(self.company_ids)))
        if self.since is not None:
            found.append(AccessChangeRow.at >= self.since)
        return found if self.until is None else [*found, AccessChangeRow.at < self.until]


class History:
    """Reading it, through the eyes of one actor. `session` must have opened the wall AUDIT."""

    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def page(self, wanted: HistoryFilter, first: int, after: Sequence[Any] | None) -> Sequence[AccessChangeRow]:
        """Up to `first` + 1 entries, newest first, older than the time and id of `after`."""
        statement = self._visible().where(*wanted.conditions())
        key = (AccessChangeRow.at, AccessChangeRow.id)
        if after is not None:
            statement = statement.where(tuple_(*key) < tuple_(*after))
        newest = statement.order_by(*(column.desc() for column in key)).limit(first + 1)
        return (await self._session.scalars(newest)).all()

    async def count(self, wanted: HistoryFilter) -> int:
        statement = self._visible().where(*wanted.conditions()).with_only_columns(func.count(AccessChangeRow.id))
        return await self._session.scalar(statement) or 0

    def _visible(self) -> Select[AccessChangeRow]:
        """What concerns a company whose history the actor may read; decided here and nowhere else."""
        read = self._actor.companies(permissions.AUDIT)
        entries = select(AccessChangeRow)
        return entries if isinstance(read, Everywhere) else entries.where(_concerning(read))


def _concerning(companies: Collection[UUID]) -> ColumnElement[bool]:
    """What concerns every company concerns each of them, if there is one."""
    one = AccessChangeRow.company_ids.overlap(list(companies))
    return or_(one, and_(AccessChangeRow.every_company, true() if companies else false()))
