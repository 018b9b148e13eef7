"""Finding and keeping companies, always through the eyes of one actor."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor, within
from chassis.errors import NotFound
from chassis.identifiers import Key
from chassis.paging import Place, SortKey, paged
from chassis.rowsecurity import among
from services.access.persistence.rows import CompanyRow
from services.access.persistence.sight import containing

COMPANY = "The company was"
_BY_IDS: Final = select(CompanyRow).where(CompanyRow.id == func.any(bindparam("ids", type_=ARRAY(Uuid()))))


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFilter:
    """All given conditions must hold; an empty collection lets nothing through, None means no condition."""

    ids: Collection[UUID] | None = None
    codes: Collection[str] | None = None
    names: Collection[str] | None = None
    search: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        lists: list[tuple[Any, Collection[Any] | None]] = [
            (CompanyRow.id, self.ids),
            (CompanyRow.code, self.codes),
            (CompanyRow.name, self.names),
        ]
        found = [column == func.any(list(wanted)) for column, wanted in lists if wanted is not None]
        return found if self.search is None else [*found, containing(self.search, CompanyRow.name, CompanyRow.code)]


class Companies:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def by_ids(self, ids: Collection[UUID]) -> dict[UUID, CompanyRow]:
        """Those that are in sight are picked here: they are few, and what is in sight may be thousands."""
        sight = self._actor.anywhere()
        wanted = [company for company in ids if within(sight, company)]
        found = await self._session.scalars(_BY_IDS, {"ids": wanted})
        return {company.id: company for company in found}

    async def by_code(self, code: str) -> CompanyRow | None:
        return await self._session.scalar(self._visible().where(CompanyRow.code == code))

    async def resolve(self, keys: Collection[Key], *field: str) -> frozenset[UUID]:
        """The ids of all `keys`. Raises NotFound when one is absent or out of sight."""
        codes = [key for key in keys if isinstance(key, str)]
        ids = [key for key in keys if isinstance(key, UUID)]
        wanted = (CompanyRow.id == func.any(ids)) | (CompanyRow.code == func.any(codes))
        rows = (await self._session.scalars(self._visible().where(wanted))).all() if keys else ()
        if {*ids, *codes} - {key for row in rows for key in (row.id, row.code)}:
            raise NotFound("A company was", field=field)
        return frozenset(row.id for row in rows)

    async def lock(self, company_id: UUID, *field: str) -> CompanyRow:
        """As it is now; nobody else changes it meanwhile. Raises NotFound when it is absent or out of sight."""
        wanted = self._visible().where(CompanyRow.id == company_id).execution_options(populate_existing=True)
        found = await self._session.scalar(wanted.with_for_update(key_share=True))
        if found is None:
            raise NotFound(COMPANY, field=field)
        return found

    async def page(self, wanted: CompanyFilter, first: int, after: Place | None) -> Sequence[CompanyRow]:
        """Up to `first` + 1 rows by name, from the place of a name and an id."""
        statement = self._visible().where(*wanted.conditions())
        by_name = (SortKey(CompanyRow.name), SortKey(CompanyRow.id))
        return (await self._session.scalars(paged(statement, by_name, first, after))).all()

    async def count(self, wanted: CompanyFilter) -> int:
        statement = self._visible().where(*wanted.conditions()).with_only_columns(func.count(CompanyRow.id))
        return await self._session.scalar(statement) or 0

    async def name_taken(self, name: str) -> bool:
        return await self._session.scalar(select(CompanyRow.id).where(CompanyRow.name == name)) is not None

    async def codes_taken(self, codes: Collection[str]) -> set[str]:
        return set(await self._session.scalars(select(CompanyRow.code).where(CompanyRow.code == func.any(list(codes)))))

    async def add(self, values: dict[str, Any]) -> CompanyRow | None:
        """None when the name or the code is taken, also by a transaction that has just committed."""
        statement = insert(CompanyRow).values(values).on_conflict_do_nothing().returning(CompanyRow)
        return await self._session.scalar(statement)

    def _visible(self) -> Select[CompanyRow]:
        """A company is in sight of whoever holds any permission in it; decided here and nowhere else."""
        return select(CompanyRow).where(among(CompanyRow.id, self._actor.anywhere()))
