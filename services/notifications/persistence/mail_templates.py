"""Finding and keeping templates of mails, always through the eyes of one actor."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from chassis.errors import NotFound
from chassis.rowsecurity import among
from services.notifications.domain.mail_templates import TEMPLATE, sees_templates
from services.notifications.persistence.rows import MailTemplateRow


class MailTemplates:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def listed(self, company: UUID | None) -> Sequence[MailTemplateRow]:
        """Everybody's, and those of `company`, by name."""
        of = MailTemplateRow.company_id.is_(None) | (MailTemplateRow.company_id == company)
        return (
            await self._session.scalars(self._seen().where(of).order_by(MailTemplateRow.name, MailTemplateRow.id))
        ).all()

    async def get(self, id: UUID, *, lock: bool = False, field: str = "id") -> MailTemplateRow:
        """Raises NotFound."""
        wanted = self._seen().where(MailTemplateRow.id == id)
        found = await self._session.scalar(wanted.with_for_update() if lock else wanted)
        if found is None:
            raise NotFound(TEMPLATE, field=(field,))
        return found

    def _seen(self) -> Select[MailTemplateRow]:
        return select(MailTemplateRow).where(self._visible())

    def _visible(self) -> ColumnElement[bool]:
        seen = sees_templates(self._actor)
        owned: ColumnElement[bool] = among(MailTemplateRow.company_id, seen)
        return or_(MailTemplateRow.company_id.is_(None), owned)
