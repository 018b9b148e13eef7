"""What was sent to webhooks as people see it, always through the eyes of one actor."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from chassis.errors import NotFound
from chassis.identifiers import uuid7
from chassis.paging import Place, SortKey, paged_for_each
from chassis.rowsecurity import among, confided
from chassis.tables import table_of
from services.notifications.domain import permissions
from services.notifications.domain.outside import Told
from services.notifications.domain.webhooks import DeliveryState
from services.notifications.persistence.rows import IncidentRef
from services.notifications.persistence.webhook_rows import WebhookAttemptRow, WebhookDeliveryRow, WebhookRow

_NEWEST: Final = (SortKey(WebhookDeliveryRow.created_at, down=True), SortKey(WebhookDeliveryRow.id, down=True))


class Deliveries:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def page(
        self, webhooks: Collection[UUID], state: DeliveryState | None, first: int, place: Place | None
    ) -> dict[UUID, list[WebhookDeliveryRow]]:
        """Up to `first` + 1 of each webhook behind the place, the newest first."""
        owners = table_of(webhooks)
        of = WebhookDeliveryRow.webhook_id == owners.c.id
        pages = paged_for_each(
            owners, WebhookDeliveryRow, of, self._visible(), _in(state), keys=_NEWEST, most=first + 1, place=place
        )
        found: dict[UUID, list[WebhookDeliveryRow]] = {}
        for row in await self._session.scalars(pages):
            found.setdefault(row.webhook_id, []).append(row)
        return found

    async def counts(self, webhooks: Collection[UUID], state: DeliveryState | None) -> dict[UUID, int]:
        number = func.count(WebhookDeliveryRow.id)
        statement = select(WebhookDeliveryRow.webhook_id, number).group_by(WebhookDeliveryRow.webhook_id)
        of = WebhookDeliveryRow.webhook_id == func.any(list(webhooks))
        rows = await self._session.execute(statement.where(of, self._visible(), _in(state)))
        return {webhook: count for webhook, count in rows}  # noqa: C416  # rows are not pairs for the type checker

    async def attempts(self, deliveries: Collection[UUID]) -> dict[UUID, list[WebhookAttemptRow]]:
        """The first one first."""
        of = WebhookAttemptRow.delivery_id == func.any(list(deliveries))
        companies = among(WebhookAttemptRow.company_id, self._actor.companies(permissions.WEBHOOKS))
        found: dict[UUID, list[WebhookAttemptRow]] = {}
        wanted = select(WebhookAttemptRow).where(of, companies).order_by(WebhookAttemptRow.at, WebhookAttemptRow.id)
        for row in await self._session.scalars(wanted):
            found.setdefault(row.delivery_id, []).append(row)
        return found

    async def get(self, id: UUID) -> WebhookDeliveryRow:
        """Held until the transaction ends. Raises NotFound."""
        wanted = select(WebhookDeliveryRow).where(WebhookDeliveryRow.id == id, self._visible())
        found = await self._session.scalar(wanted.with_for_update())
        if found is None:
            raise NotFound("The delivery was", field=("id",))
        return found

    def _visible(self) -> ColumnElement[bool]:
        """What was sent about an incident is seen as the incident is; decided here and nowhere else."""
        row, actor = WebhookDeliveryRow, self._actor
        told = confided(
            IncidentRef.restricted,
            IncidentRef.company_id,
            IncidentRef.member_ids,
            all_of=actor.companies(permissions.VIEW_RESTRICTED),
            to=actor.id,
        )
        seen = select(told).where(IncidentRef.id == row.incident_id).scalar_subquery()
        of_incident = and_(among(row.company_id, actor.companies(permissions.VIEW)), seen)
        managed = among(row.company_id, actor.companies(permissions.WEBHOOKS))
        return and_(managed, or_(row.incident_id.is_(None), of_incident))


def _in(state: DeliveryState | None) -> ColumnElement[bool]:
    return true() if state is None else WebhookDeliveryRow.state == state.value


async def enqueue(
    webhook: WebhookRow,
    events: Iterable[Told],
    now: datetime,
    session: AsyncSession,
    *,
    state: DeliveryState = DeliveryState.PENDING,
    again: bool = False,
) -> int:
    """What is queued already stays as it is, or with `again` begins anew; how many were written."""
    rows = [_queued(webhook, event, now, state) for event in events]
    if not rows:
        return 0
    statement = insert(WebhookDeliveryRow).values(rows)
    if again:
        anew: Mapping[str, Any] = {"state": state.value, "attempts": 0, "next_attempt_at": now}
        statement = statement.on_conflict_do_update(constraint="uq_webhook_delivery_event", set_=anew)
    else:
        statement = statement.on_conflict_do_nothing(constraint="uq_webhook_delivery_event")
    found: Sequence[UUID] = (await session.scalars(statement.returning(WebhookDeliveryRow.id))).all()
    return len(found)


def _queued(webhook: WebhookRow, event: Told, now: datetime, state: DeliveryState) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "webhook_id": webhook.id,
        "company_id": webhook.company_id,
        "position": event.position,
        "event_id": event.event_id,
        "type": event.type,
        "subject": event.subject,
        "sequence": event.sequence,
        "incident_id": event.incident_id,
        "state": state.value,
        "attempts": 0,
        "next_attempt_at": now,
        "created_at": now,
    }


async def forget_deliveries(incident: UUID, session: AsyncSession, *, but: str) -> None:
    """Of an incident that is forgotten, what was sent about it goes too, but for events of the type `but`."""
    row = WebhookDeliveryRow
    await session.execute(delete(row).where(row.incident_id == incident, row.type != but))
