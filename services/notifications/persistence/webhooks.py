"""Finding and keeping webhooks, always through the eyes of one actor."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from chassis.errors import NotFound
from chassis.rowsecurity import among
from services.notifications.domain import permissions
from services.notifications.persistence.webhook_rows import WebhookRow

MOST: Final = 100  # of one company


class Webhooks:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def by_ids(self, ids: Collection[UUID]) -> dict[UUID, WebhookRow]:
        found = await self._session.scalars(self._visible().where(WebhookRow.id == func.any(list(ids))))
        return {row.id: row for row in found}

    async def of_company(self, company: UUID) -> Sequence[WebhookRow]:
        """The oldest first. A company has no more than MOST."""
        found = self._visible().where(WebhookRow.company_id == company).order_by(WebhookRow.id)
        return (await self._session.scalars(found)).all()

    async def get(self, id: UUID, *, lock: bool = False) -> WebhookRow:
        """Raises NotFound when it is absent or out of the actor's sight."""
        wanted = self._visible().where(WebhookRow.id == id)
        found = await self._session.scalar(wanted.with_for_update() if lock else wanted)
        if found is None:
            raise NotFound("The webhook was", field=("id",))
        return found

    def add(self, row: WebhookRow) -> None:
        self._session.add(row)

    async def delete(self, row: WebhookRow) -> None:
        """With all that was sent there."""
        self._session.expunge(row)
        await self._session.execute(delete(WebhookRow).where(WebhookRow.id == row.id))

    def require(self, company: UUID, *field: str) -> None:
        """Raises NotFound for a company out of sight, Denied where only the right is missing."""
        self._actor.require(
            permissions.WEBHOOKS, company, what="The company was", seen_with=permissions.VIEW, field=field
        )

    def _visible(self) -> Select[WebhookRow]:
        """Which webhooks there are for the actor is decided here and nowhere else."""
        return select(WebhookRow).where(among(WebhookRow.company_id, self._actor.companies(permissions.WEBHOOKS)))
