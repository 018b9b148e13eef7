"""Sending again: one delivery, or all that happened in a stretch of time."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from chassis.access import Actor
from chassis.database import Database, UnitOfWork
from chassis.errors import Conflict, Invalid
from services.notifications.domain.outside import Told
from services.notifications.domain.webhooks import MOST_RECOVERED, DeliveryState
from services.notifications.persistence.deliveries import Deliveries, enqueue
from services.notifications.persistence.feed import position_before
from services.notifications.persistence.webhook_rows import WebhookDeliveryRow, WebhookRow
from services.notifications.persistence.webhooks import Webhooks
from services.notifications.usecases.follow_feed import read_feed
from services.notifications.usecases.queue_deliveries import wanted_by
from services.notifications.usecases.webhook_tools import SYSTEM, WebhookTools

_PAGE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverWebhook:
    webhook_id: UUID
    since: datetime
    until: datetime | None = None


async def resend_delivery(delivery_id: UUID, work: UnitOfWork, tools: WebhookTools) -> WebhookDeliveryRow:
    """With all its attempts anew. Raises NotFound."""
    row = await Deliveries(work.session, work.actor).get(delivery_id)
    row.state, row.attempts, row.next_attempt_at = DeliveryState.PENDING.value, 0, tools.clock()
    return row


async def recover_webhook(
    command: RecoverWebhook, actor: Actor, database: Database, tools: WebhookTools
) -> tuple[WebhookRow, int]:
    """Queues what its owner may see now, though `actor` may see less of it; how many are to be sent.

    Raises NotFound, Invalid for too many, Conflict without an owner, or Fault.
    """
    async with database.read(actor) as session:
        hook = await Webhooks(session, actor).get(command.webhook_id)
    owner = await tools.owner(hook)
    if owner is None:
        raise Conflict("Its owner may not manage webhooks any more: give it an address of yours first.")
    events = [event async for event in _bounded(_between(command, hook, owner.actor, database))]
    async with database.work(SYSTEM) as work:
        return hook, await _queue_again(hook, events, work, tools)


async def _bounded(events: AsyncIterator[Told]) -> AsyncIterator[Told]:
    """Raises Invalid."""
    number = 0
    async for event in events:
        number += 1
        if number > MOST_RECOVERED:
            raise Invalid(f"More than {MOST_RECOVERED} events: take a shorter time.", field=("since",))
        yield event


async def _between(command: RecoverWebhook, hook: WebhookRow, owner: Actor, database: Database) -> AsyncIterator[Told]:
    """Up to where the feed was looked through already: what is behind is queued anyway."""
    async with database.read(SYSTEM, through=("view", "feed", "system")) as session:
        position = await position_before(_moment(command.since, "since"), session)
        until = command.until
        last = hook.position if until is None else await position_before(_moment(until, "until"), session)
    last, more = min(last, hook.position), True
    while more and position < last:
        stretch = await read_feed(database, owner, position, wanted_by(hook), _PAGE)
        for event in stretch.events:
            if event.position <= last:
                yield event
        position, more = stretch.position, stretch.more


async def _queue_again(hook: WebhookRow, events: list[Told], work: UnitOfWork, tools: WebhookTools) -> int:
    pages = (events[start : start + _PAGE] for start in range(0, len(events), _PAGE))
    return sum([await enqueue(hook, page, tools.clock(), work.session, again=True) for page in pages])


def _moment(value: datetime, field: str) -> datetime:
    """In UTC; a time without offset is taken for that. Raises Invalid."""
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError as error:
        raise Invalid("This is no time between the years 1 and 9999.", field=(field,)) from error
