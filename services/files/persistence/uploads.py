"""Uploads that were asked for and have not arrived: each is its requester's alone."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from chassis.access import Actor
from services.files.domain.owners import RULES, Owner
from services.files.domain.uploads import MOST_WAITING, Room
from services.files.persistence.owners import sees
from services.files.persistence.rows import FileRow, UploadRow

_LOCK = 7246200  # of uploads into one company, so that two at once do not both take the last room
_WAITS = UploadRow.abandoned_at.is_(None)


class Uploads:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def room(self, owner: Owner, company: UUID | None, quota: int | None) -> Room:
        """What there is, and nobody adds to it until the commit. What is everybody's shares a room of its own."""
        await self._session.execute(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(str(company)))))
        files = await self._session.scalar(
            select(func.count()).select_from(FileRow).where(FileRow.owner_id == owner.id, FileRow.deleted_at.is_(None))
        )
        bytes_kept = await self._session.scalar(
            select(func.coalesce(func.sum(FileRow.size), 0)).where(
                _of(FileRow.company_id, company), FileRow.purged_at.is_(None)
            )
        )
        coming = select(
            func.count().filter(UploadRow.owner_id == owner.id),
            func.coalesce(func.sum(UploadRow.size), 0),
        ).where(_of(UploadRow.company_id, company), _WAITS)
        uploads, bytes_coming = (await self._session.execute(coming)).one()
        waiting = await self._session.scalar(
            select(func.count()).select_from(UploadRow).where(UploadRow.requested_by_id == self._actor.id, _WAITS)
        )
        return Room(
            owner=RULES[owner.kind].name,
            of_owner=(files or 0) + uploads,
            of_company=int(bytes_kept or 0) + int(bytes_coming),
            waiting=waiting or 0,
            quota=quota,
        )

    def keep(self, upload: UploadRow) -> None:
        self._session.add(upload)

    async def own(self, ids: Collection[UUID], *, lock: bool = False) -> dict[UUID, UploadRow]:
        """Those of `ids` that the actor asked for, of owners that the actor still sees."""
        statement = select(UploadRow).where(
            UploadRow.id == func.any(list(ids)),
            UploadRow.requested_by_id == self._actor.id,
            _WAITS,
            sees(self._actor, UploadRow),
        )
        if lock:
            statement = statement.order_by(UploadRow.id).with_for_update(of=UploadRow)
        return {upload.id: upload for upload in await self._session.scalars(statement)}

    async def waiting(self) -> list[UploadRow]:
        """The actor's own, of owners that the actor still sees, the oldest first; there is a bounded number."""
        statement = (
            select(UploadRow)
            .where(UploadRow.requested_by_id == self._actor.id, _WAITS, sees(self._actor, UploadRow))
            .order_by(UploadRow.id)
            .limit(MOST_WAITING)
        )
        return list(await self._session.scalars(statement))

    async def begun_parts(self, upload_id: UUID, parts_id: str) -> str | None:
        """Keeps the store's id of an upload in parts, unless there is one by now: the one that holds."""
        mine = update(UploadRow).where(UploadRow.id == upload_id, UploadRow.parts_id.is_(None))
        await self._session.execute(mine.values(parts_id=parts_id))
        return await self._session.scalar(select(UploadRow.parts_id).where(UploadRow.id == upload_id))

    async def forget(self, upload_id: UUID) -> None:
        await self._session.execute(delete(UploadRow).where(UploadRow.id == upload_id))


def _of(column: InstrumentedAttribute[UUID | None], company: UUID | None) -> ColumnElement[bool]:
    return column.is_(None) if company is None else column == company


async def take_late(before: datetime, session: AsyncSession) -> UploadRow | None:
    """One that was asked for before that moment and that nobody else has in hand; it stays taken until the commit."""
    late = select(UploadRow).where(UploadRow.requested_at < before).order_by(UploadRow.requested_at)
    return await session.scalar(late.limit(1).with_for_update(skip_locked=True))
