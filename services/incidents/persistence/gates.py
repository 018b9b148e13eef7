"""The gates of companies, and their history."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from chassis.rowsecurity import among
from services.incidents.domain import permissions
from services.incidents.domain.demanded import Demanded
from services.incidents.domain.gates import Demand, with_own
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.persistence.rows import GateChangeRow, GateRow
from services.incidents.persistence.sight import IDS

MOST_CHANGES: Final = 100
_OF_COMPANIES: Final = select(GateRow).where(GateRow.company_id == func.any(IDS))


async def gates_of(companies: Collection[UUID], session: AsyncSession) -> dict[UUID, Demanded]:
    """By company, of those asked for: its own gates where it has some, else the usual ones; one statement."""
    rows: dict[UUID, list[GateRow]] = defaultdict(list)
    for row in await session.scalars(_OF_COMPANIES, {IDS.key: list(companies)}):
        rows[row.company_id].append(row)
    return {company: Demanded(with_own(_own(rows[company])), _floors(rows[company])) for company in companies}


async def rows_of(companies: Collection[UUID], session: AsyncSession, actor: Actor) -> dict[UUID, Sequence[GateRow]]:
    """What the companies that the actor sees once changed of their gates; one statement."""
    found: dict[UUID, list[GateRow]] = defaultdict(list)
    wanted = select(GateRow).where(
        GateRow.company_id == func.any(list(companies)), among(GateRow.company_id, actor.companies(permissions.VIEW))
    )
    for row in await session.scalars(wanted):
        found[row.company_id].append(row)
    return {company: found[company] for company in companies}


async def changes_of(
    companies: Collection[UUID], session: AsyncSession, actor: Actor
) -> dict[UUID, Sequence[GateChangeRow]]:
    """The last hundred changes of each company that the actor sees, newest first; one statement."""
    number = func.row_number().over(
        partition_by=GateChangeRow.company_id, order_by=(GateChangeRow.at.desc(), GateChangeRow.version.desc())
    )
    ranked = (
        select(GateChangeRow.company_id, GateChangeRow.category, GateChangeRow.version, number.label("number"))
        .where(
            GateChangeRow.company_id == func.any(list(companies)),
            among(GateChangeRow.company_id, actor.companies(permissions.VIEW)),
        )
        .subquery()
    )
    same = [GateChangeRow.__table__.c[name] == ranked.c[name] for name in ("company_id", "category", "version")]
    wanted = select(GateChangeRow).join(ranked, same[0] & same[1] & same[2]).where(ranked.c.number <= MOST_CHANGES)
    found: dict[UUID, list[GateChangeRow]] = defaultdict(list)
    for row in await session.scalars(wanted.order_by(ranked.c.number)):
        found[row.company_id].append(row)
    return {company: found[company] for company in companies}


async def locked(company: UUID, category: StatusCategory, session: AsyncSession) -> GateRow:
    """The gate of a company, the usual one where it never had its own; nobody else changes it until the commit."""
    usual = insert(GateRow).values(company_id=company, category=category.value, demands=None, floors={}, version=0)
    await session.execute(usual.on_conflict_do_nothing())
    wanted = select(GateRow).where(GateRow.company_id == company, GateRow.category == category.value)
    return (await session.scalars(wanted.with_for_update())).one()


def _own(rows: Collection[GateRow]) -> dict[StatusCategory, list[Demand]]:
    return {
        StatusCategory(row.category): [Demand(each) for each in row.demands] for row in rows if row.demands is not None
    }


def _floors(rows: Collection[GateRow]) -> dict[StatusCategory, dict[Demand, int]]:
    return {
        StatusCategory(row.category): {Demand(each): rank for each, rank in row.floors.items()}
        for row in rows
        if row.demands is not None
    }
