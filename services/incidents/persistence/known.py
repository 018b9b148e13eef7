"""Resolving what an input refers to: companies, directory entries and users, from the projections."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import Key
from services.incidents.persistence.rows import (
    CompanyRef,
    DepartmentRef,
    DirectoryRef,
    SiteRef,
    TeamRef,
    UnitRef,
    UserRef,
)


class Unit(Enum):
    """What a company consists of."""

    DEPARTMENT = auto()
    SITE = auto()
    TEAM = auto()


class Company(NamedTuple):
    """A row and no object of SQLAlchemy: to make one takes long enough for a clock to tell that the company is here."""

    id: UUID
    code: str
    active: bool


UnitKey: TypeAlias = tuple[Unit, UUID]
UNITS: Final[dict[Unit, type[UnitRef]]] = {Unit.DEPARTMENT: DepartmentRef, Unit.SITE: SiteRef, Unit.TEAM: TeamRef}


@dataclass(frozen=True, slots=True)
class Known:
    """What some inputs refer to, found by id and by code. Entries are those of every company: `entry` chooses.

    `units` are those in use, with their company.
    """

    companies: dict[Key, Company]
    users: dict[UUID, UserRef]
    initial_status: DirectoryRef | None
    _entries: dict[tuple[str, Key, UUID | None], DirectoryRef]
    units: dict[UnitKey, UUID]

    def entry(self, kind: str, key: Key, company: UUID) -> DirectoryRef | None:
        """The entry of the directory `kind` that an incident of `company` may have: that company's or everybody's.

        Another company's is as absent as one that never was. One that was merged is the one it was merged into.
        """
        for owner in (company, None):
            found = self._entries.get((kind, key, owner))
            if found is not None:
                return found if found.merged_into_id is None else self.entry(kind, found.merged_into_id, company)
        return None

    def alike(self, kind: str, key: Key) -> set[UUID]:
        """The entries of the directory `kind` that an id or a code stands for, whosever they are.

        Of one that was merged also the one that is left, for until they follow incidents have either.
        """
        found = [entry for (of, by, _), entry in self._entries.items() if (of, by) == (kind, key)]
        return {each for entry in found for each in (entry.id, entry.merged_into_id) if each is not None}


async def find_known(
    session: AsyncSession,
    *,
    companies: Iterable[Key] = (),
    entries: Collection[Key] = (),
    users: Collection[UUID] = (),
    units: Collection[UnitKey] = (),
) -> Known:
    """Four statements at most, however much is asked."""
    found_companies = await _companies(session, list(companies))
    found_entries = await _entries(session, entries)
    found_users = await session.scalars(select(UserRef).where(UserRef.id == func.any(list(users)))) if users else ()
    initial = [entry for entry in found_entries if _begins(entry)]
    return Known(
        companies={key: row for row in found_companies for key in (row.id, row.code)},
        users={row.id: row for row in found_users},
        initial_status=min(initial, key=lambda entry: entry.code, default=None),
        _entries={(row.kind, key, row.company_id): row for row in found_entries for key in (row.id, row.code)},
        units=await _units(session, units) if units else {},
    )


def _begins(entry: DirectoryRef) -> bool:
    """Whether new incidents of every company take it."""
    return entry.kind == "status" and entry.is_initial and entry.active and entry.company_id is None


async def _companies(session: AsyncSession, keys: list[Key]) -> list[Company]:
    if not keys:
        return []
    ids, codes = _split(keys)
    wanted = or_(CompanyRef.id == func.any(ids), CompanyRef.code == func.any(codes))
    found = await session.execute(select(CompanyRef.id, CompanyRef.code, CompanyRef.active).where(wanted))
    return [Company(*row) for row in found]


async def _entries(session: AsyncSession, keys: Collection[Key]) -> list[DirectoryRef]:
    ids, codes = _split(keys)
    initial = DirectoryRef.is_initial & (DirectoryRef.kind == "status") & DirectoryRef.company_id.is_(None)
    named = or_(DirectoryRef.id == func.any(ids), DirectoryRef.code == func.any(codes))
    left = select(DirectoryRef.merged_into_id).where(named, DirectoryRef.merged_into_id.is_not(None))
    wanted = or_(named, initial, DirectoryRef.id.in_(left))
    return list(await session.scalars(select(DirectoryRef).where(wanted)))


async def _units(session: AsyncSession, keys: Collection[UnitKey]) -> dict[UnitKey, UUID]:
    wanted = [
        select(literal(unit.name).label("unit"), table.id, table.company_id).where(
            table.id == func.any([each for of, each in keys if of is unit]), table.active
        )
        for unit, table in UNITS.items()
    ]
    found = await session.execute(union_all(*wanted))
    return {(Unit[row.unit], row.id): row.company_id for row in found}


def _split(keys: Collection[Key]) -> tuple[list[UUID], list[str]]:
    return [key for key in keys if isinstance(key, UUID)], [key for key in keys if isinstance(key, str)]
