"""Resolving what an input refers to: companies, directory entries and users, from the projections."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import Key
from services.incidents.persistence.rows import CompanyRef, DirectoryRef, UserRef


@dataclass(frozen=True, slots=True)
class Known:
    """What some inputs refer to, found by id and by code."""

    companies: dict[Key, CompanyRef]
    entries: dict[tuple[str, Key], DirectoryRef]
    users: dict[UUID, UserRef]
    initial_status: DirectoryRef | None

    def entry(self, kind: str, key: Key) -> DirectoryRef | None:
        """The active entry of the directory `kind`."""
        found = self.entries.get((kind, key))
        return found if found is not None and found.active else None


async def find_known(
    session: AsyncSession, *, companies: Iterable[Key], entries: Collection[Key], users: Collection[UUID]
) -> Known:
    """Three statements, however much is asked."""
    found_companies = await _companies(session, list(companies))
    found_entries = await _entries(session, entries)
    found_users = await session.scalars(select(UserRef).where(UserRef.id == func.any(list(users)))) if users else ()
    initial = [entry for entry in found_entries if entry.kind == "status" and entry.is_initial and entry.active]
    return Known(
        companies={key: row for row in found_companies for key in (row.id, row.code)},
        entries={(row.kind, key): row for row in found_entries for key in (row.id, row.code)},
        users={row.id: row for row in found_users},
        initial_status=min(initial, key=lambda entry: entry.code, default=None),
    )


async def _companies(session: AsyncSession, keys: list[Key]) -> list[CompanyRef]:
    ids, codes = _split(keys)
    wanted = or_(CompanyRef.id == func.any(ids), CompanyRef.code == func.any(codes))
    return list(await session.scalars(select(CompanyRef).where(wanted))) if keys else []


async def _entries(session: AsyncSession, keys: Collection[Key]) -> list[DirectoryRef]:
    ids, codes = _split(keys)
    initial = DirectoryRef.is_initial & (DirectoryRef.kind == "status")
    wanted = or_(DirectoryRef.id == func.any(ids), DirectoryRef.code == func.any(codes), initial)
    return list(await session.scalars(select(DirectoryRef).where(wanted)))


def _split(keys: Collection[Key]) -> tuple[list[UUID], list[str]]:
    return [key for key in keys if isinstance(key, UUID)], [key for key in keys if isinstance(key, str)]
