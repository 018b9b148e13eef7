"""What the worker takes in hand: webhooks that are behind the feed, and deliveries that are due."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.notifications.domain.webhooks import DeliveryState, WebhookState
from services.notifications.persistence.feed_rows import FeedEventRow
from services.notifications.persistence.webhook_rows import WebhookDeliveryRow, WebhookRow

LEASE: Final = timedelta(seconds=60)  # longer than any call takes; what was not recorded by then is sent again
_ENABLED: Final = WebhookRow.state == WebhookState.ENABLED.value
_PENDING: Final = WebhookDeliveryRow.state == DeliveryState.PENDING.value


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery that is ours to send until its lease ends, and its webhook."""

    webhook: WebhookRow
    delivery: WebhookDeliveryRow


async def behind_the_feed(most: int, session: AsyncSession) -> Sequence[WebhookRow]:
    """Enabled ones for whose company something happened that was not looked at."""
    event = select(FeedEventRow.position).where(
        FeedEventRow.company_id == WebhookRow.company_id, FeedEventRow.position > WebhookRow.position
    )
    rows = select(WebhookRow).where(_ENABLED, exists(event)).order_by(WebhookRow.position).limit(most)
    return (await session.scalars(rows)).all()


async def hold_webhook(id: UUID, session: AsyncSession, *, unless_held: bool = False) -> WebhookRow | None:
    """The row as it is now, held until the transaction ends; None if it is gone or, so wanted, held by another."""
    wanted = select(WebhookRow).where(WebhookRow.id == id).with_for_update(skip_locked=unless_held)
    return (await session.scalars(wanted.execution_options(populate_existing=True))).one_or_none()


async def take(now: datetime, room: int, each: int, full: Collection[UUID], session: AsyncSession) -> list[Taken]:
    """Leases up to `room` that are due, up to `each` of one webhook and none of those that are `full`."""
    due = exists().where(WebhookDeliveryRow.webhook_id == WebhookRow.id, _due(now))
    ready = or_(WebhookRow.not_before.is_(None), WebhookRow.not_before <= now)
    rest = true() if not full else WebhookRow.id.not_in(list(full))
    hooks = select(WebhookRow).where(_ENABLED, ready, rest, due).order_by(func.random()).limit(room)
    found: list[Taken] = []
    for hook in (await session.scalars(hooks.with_for_update(skip_locked=True))).all():
        if len(found) < room:
            found += await _lease(hook, now, min(each, room - len(found)), session)
    return found


async def _lease(hook: WebhookRow, now: datetime, most: int, session: AsyncSession) -> list[Taken]:
    """Whoever is throttled gets one at a time, and the next one no sooner than is wanted."""
    if hook.per_minute is not None:
        most, hook.not_before = 1, now + timedelta(minutes=1) / hook.per_minute
    wanted = select(WebhookDeliveryRow).where(WebhookDeliveryRow.webhook_id == hook.id, _due(now), _in_turn(hook))
    rows = await session.scalars(wanted.order_by(WebhookDeliveryRow.position).limit(most).with_for_update())
    taken = [Taken(hook, row) for row in rows]
    for each in taken:
        each.delivery.next_attempt_at = now + LEASE
    return taken


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(_PENDING, WebhookDeliveryRow.next_attempt_at <= now)


def _in_turn(hook: WebhookRow) -> ColumnElement[bool]:
    """In ordered mode nothing goes out while something earlier of the same subject has not been settled."""
    if not hook.ordered:
        return true()
    earlier = aliased(WebhookDeliveryRow)
    return ~exists().where(
        earlier.webhook_id == hook.id,
        earlier.subject == WebhookDeliveryRow.subject,
        earlier.position < WebhookDeliveryRow.position,
        earlier.state == DeliveryState.PENDING.value,
    )


async def give_back(id: UUID, at: datetime, session: AsyncSession) -> None:
    """It was not sent, and is due at that time."""
    of = WebhookDeliveryRow.id == id
    await session.execute(update(WebhookDeliveryRow).where(of, _PENDING).values(next_attempt_at=at))


async def drop_before(moment: datetime, session: AsyncSession) -> None:
    """What was queued before goes, with its attempts: the feed does not keep its event either."""
    await session.execute(delete(WebhookDeliveryRow).where(WebhookDeliveryRow.created_at < moment))
