"""Finding and keeping files, always through the eyes of one actor."""

from collections.abc import Collection
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.access import Actor
from chassis.errors import NotFound
from chassis.rowsecurity import among
from services.files.domain.owners import RULES, Owner, OwnerKind
from services.files.domain.uploads import MOST_OF_OWNER
from services.files.persistence.owners import KEPT, restriction, sees, sees_owner
from services.files.persistence.rows import FileRow, IncidentRef

FILE = "The file was"
_PRESENT = FileRow.deleted_at.is_(None)
_GONE = and_(FileRow.deleted_at.is_not(None), FileRow.purged_at.is_(None))
Held: TypeAlias = tuple[FileRow, bool]  # a file, and whether only few may know of it


class Files:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def incident(self, incident_id: UUID) -> IncidentRef:
        """Raises NotFound when it is unknown here, deleted, or out of the actor's sight."""
        seen = sees_owner(OwnerKind.INCIDENT, self._actor)
        found = await self._session.scalar(select(IncidentRef).where(IncidentRef.id == incident_id, seen))
        if found is None:
            rule = RULES[OwnerKind.INCIDENT]
            raise NotFound(rule.absent, field=(rule.field,))
        return found

    async def company_of(self, owner: Owner) -> UUID | None:
        """Of one that takes files: None for what is everybody's. Raises NotFound, also out of the actor's sight."""
        kept, rule = KEPT[owner.kind], RULES[owner.kind]
        wanted = select(kept.company).where(kept.ref.id == owner.id, sees_owner(owner.kind, self._actor))
        found = (await self._session.execute(wanted.where(kept.takes))).one_or_none()
        if found is None:
            raise NotFound(rule.absent, field=(rule.field,))
        company: UUID | None = found[0]
        return company

    async def find(self, file_id: UUID, *, deleted: bool = False, lock: bool = False) -> Held:
        """With `lock` held until the commit by who may change it. Raises NotFound.

        `deleted` asks for those that were deleted and still have their bytes, instead of those that are there.
        """
        statement = (
            select(FileRow, restriction())
            .where(FileRow.id == file_id, _GONE if deleted else _PRESENT, sees(self._actor))
            .execution_options(populate_existing=True)
        )
        found = await self._session.execute(statement.with_for_update(of=FileRow) if lock else statement)
        row = found.one_or_none()
        if row is None:
            raise NotFound(FILE, field=("id",))
        return row[0], row[1]

    async def by_ids(self, ids: Collection[UUID]) -> dict[UUID, FileRow]:
        statement = select(FileRow).where(FileRow.id == func.any(list(ids)), _PRESENT, sees(self._actor))
        return {file.id: file for file in await self._session.scalars(statement)}

    async def of_owners(self, kind: OwnerKind, ids: Collection[UUID]) -> dict[UUID, list[FileRow]]:
        """Oldest first, for each owner that the actor sees; one statement. An owner has a bounded number."""
        ref = KEPT[kind].ref
        of_owner = and_(FileRow.owner_id == ref.id, FileRow.owner_kind == kind.value, _PRESENT)
        statement: Any = (
            select(ref.id, FileRow)
            .outerjoin(FileRow, of_owner)
            .where(ref.id == func.any(list(ids)), sees_owner(kind, self._actor))
            .order_by(FileRow.uploaded_at, FileRow.id)
        )
        return await self._by_owner(statement)

    async def deleted_of_owners(self, kind: OwnerKind, ids: Collection[UUID]) -> dict[UUID, list[FileRow]]:
        """Those that can be brought back, the last deleted first, up to 200 each, where the actor may do that."""
        ref = KEPT[kind].ref
        may = among(KEPT[kind].company, self._actor.companies(RULES[kind].delete))
        wanted = select(ref.id).where(ref.id == func.any(list(ids)), sees_owner(kind, self._actor), may).subquery()
        newest = (
            select(FileRow)
            .where(FileRow.owner_id == wanted.c.id, FileRow.owner_kind == kind.value, _GONE)
            .order_by(FileRow.deleted_at.desc(), FileRow.id)
            .limit(MOST_OF_OWNER)
            .lateral()
        )
        file = aliased(FileRow, newest)
        return await self._by_owner(
            select(wanted.c.id, file).outerjoin(newest, true()).order_by(file.deleted_at.desc(), file.id)
        )

    async def _by_owner(self, statement: Any) -> dict[UUID, list[FileRow]]:
        """Of pairs of an owner and a file, or None where it has none."""
        found: dict[UUID, list[FileRow]] = {}
        for owner, file in await self._session.execute(statement):
            of_owner = found.setdefault(owner, [])
            if file is not None:
                of_owner.append(file)
        return found
