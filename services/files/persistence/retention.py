"""How long companies keep what they deleted."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from services.files.domain import permissions
from services.files.persistence.rows import RetentionRow


class Retentions:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def of_companies(self, companies: Collection[UUID]) -> dict[UUID, dict[str, int]]:
        """Days by kind, as far as a company has said so; of those that the actor sees."""
        seen = [each for each in companies if self._actor.may(permissions.VIEW, each)]
        found: dict[UUID, dict[str, int]] = {company: {} for company in seen}
        for row in await self._session.scalars(select(RetentionRow).where(RetentionRow.company_id == func.any(seen))):
            found[row.company_id][row.kind] = row.days
        return found

    async def days(self, company: UUID | None, kind: str) -> int | None:
        """None where nobody has said so, and of what is everybody's."""
        statement = select(RetentionRow.days).where(RetentionRow.company_id == company, RetentionRow.kind == kind)
        return await self._session.scalar(statement)

    async def keep(self, company: UUID, kind: str, days: int) -> None:
        made = insert(RetentionRow).values(company_id=company, kind=kind, days=days, version=1)
        changed = {"days": days, "version": RetentionRow.version + 1}
        await self._session.execute(
            made.on_conflict_do_update(constraint="pk_file_retention", set_=changed).execution_options(
                populate_existing=True
            )
        )
