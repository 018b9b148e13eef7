"""What companies ask of reviews, and who changed that."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.access import Actor
from chassis.rowsecurity import among
from services.incidents.domain import permissions
from services.incidents.domain.reviews import USUAL
from services.incidents.persistence.review_rows import ReviewPolicyChangeRow, ReviewPolicyRow

MOST_CHANGES: Final = 100


async def locked(company: UUID, session: AsyncSession) -> ReviewPolicyRow:
    """The policy of a company, the usual one where it never had its own; nobody else changes it until the commit."""
    usual = insert(ReviewPolicyRow).values(
        company_id=company, from_rank=USUAL.from_rank, due_days=USUAL.due_days, template={}, version=0
    )
    await session.execute(usual.on_conflict_do_nothing())
    wanted = select(ReviewPolicyRow).where(ReviewPolicyRow.company_id == company)
    return (await session.scalars(wanted.with_for_update())).one()


async def rows_of(companies: Collection[UUID], session: AsyncSession, actor: Actor) -> dict[UUID, ReviewPolicyRow]:
    """Those that companies which the actor sees have set; one statement."""
    wanted = select(ReviewPolicyRow).where(
        ReviewPolicyRow.company_id == func.any(list(companies)),
        among(ReviewPolicyRow.company_id, actor.companies(permissions.VIEW)),
    )
    return {row.company_id: row for row in await session.scalars(wanted)}


async def changes_of(
    companies: Collection[UUID], session: AsyncSession, actor: Actor
) -> dict[UUID, Sequence[ReviewPolicyChangeRow]]:
    """The last hundred changes of each company that the actor sees, newest first; one statement."""
    table = ReviewPolicyChangeRow
    number = func.row_number().over(partition_by=table.company_id, order_by=table.version.desc()).label("number")
    ranked = select(table, number).where(
        table.company_id == func.any(list(companies)), among(table.company_id, actor.companies(permissions.VIEW))
    )
    inner = ranked.subquery()
    change = aliased(table, inner)
    statement = select(change).where(inner.c.number <= MOST_CHANGES).order_by(inner.c.number)
    found: dict[UUID, list[ReviewPolicyChangeRow]] = defaultdict(list)
    for row in await session.scalars(statement):
        found[row.company_id].append(row)
    return {company: found[company] for company in companies}
