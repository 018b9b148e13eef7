"""Writing down what came of a call, and what that means for the delivery and its webhook."""

from datetime import datetime, timedelta
from typing import Final

from chassis.database import UnitOfWork
from chassis.identifiers import uuid7
from services.notifications.adapters.webhook_sender import Answer
from services.notifications.domain.events import WebhookDisabled
from services.notifications.domain.retries import BUSY, GIVES_UP_AFTER, GONE, Dice, asked_to_wait, wait_after
from services.notifications.domain.webhooks import DeliveryState, WebhookState
from services.notifications.persistence.sending import hold_webhook
from services.notifications.persistence.webhook_rows import WebhookAttemptRow, WebhookDeliveryRow, WebhookRow

_PAUSE: Final = timedelta(minutes=5)  # of the whole webhook, where a busy one asks for no other
_SIGNATURE: Final = "webhook-signature"


async def record_attempt(
    delivery: WebhookDeliveryRow,
    headers: dict[str, str],
    answer: Answer,
    at: datetime,
    dice: Dice,
    work: UnitOfWork,
) -> None:
    """The webhook is held first, as by who leases; what was deleted or settled meanwhile stays as it is."""
    hook = await hold_webhook(delivery.webhook_id, work.session)
    row = await work.session.get(WebhookDeliveryRow, delivery.id, with_for_update=True, populate_existing=True)
    if hook is None or row is None or row.state != DeliveryState.PENDING:
        return
    row.attempts += 1
    work.session.add(_noted(row, headers, answer, at))
    if answer.delivered:
        row.state, hook.first_failed_at = DeliveryState.DELIVERED.value, None
    else:
        _failed(hook, row, answer, at, dice, work)


async def withhold(delivery: WebhookDeliveryRow, work: UnitOfWork) -> None:
    """Nothing was sent: its owner may not see the event, or not manage webhooks, any more."""
    row = await work.session.get(WebhookDeliveryRow, delivery.id, with_for_update=True, populate_existing=True)
    if row is not None and row.state == DeliveryState.PENDING:
        row.state = DeliveryState.WITHHELD.value


def _noted(row: WebhookDeliveryRow, headers: dict[str, str], answer: Answer, at: datetime) -> WebhookAttemptRow:
    return WebhookAttemptRow(
        id=uuid7(),
        delivery_id=row.id,
        company_id=row.company_id,
        number=row.attempts,
        at=at,
        duration_ms=answer.duration_ms,
        status=answer.status,
        error=answer.error,
        request_headers={name: value for name, value in headers.items() if name != _SIGNATURE},
        answer=answer.text,
    )


def _failed(
    hook: WebhookRow, row: WebhookDeliveryRow, answer: Answer, at: datetime, dice: Dice, work: UnitOfWork
) -> None:
    hook.first_failed_at = hook.first_failed_at or at
    asked, wait = asked_to_wait(answer.retry_after, at), wait_after(row.attempts, dice)
    if wait is None:
        row.state = DeliveryState.FAILED.value
    else:
        row.next_attempt_at = at + max(wait, asked)
    if answer.status in BUSY:
        pause = max(asked, min(wait or _PAUSE, _PAUSE))
        hook.not_before = max(at + pause, hook.not_before or at)
    if answer.status == GONE:
        row.state = DeliveryState.FAILED.value
        _disable(hook, WebhookState.GONE, at, work)
    elif at - hook.first_failed_at >= GIVES_UP_AFTER:
        _disable(hook, WebhookState.DISABLED_BY_FAILURE, at, work)


def _disable(hook: WebhookRow, state: WebhookState, at: datetime, work: UnitOfWork) -> None:
    """It is told once, however many calls were under way."""
    if hook.state != WebhookState.ENABLED:
        return
    hook.state, hook.updated_at = state.value, at
    hook.version += 1
    hook.sequence += 1
    fact = WebhookDisabled(webhook_id=hook.id, reason=state.value, version=hook.version)
    work.emit(fact, subject=hook.id, company=hook.company_id, sequence=hook.sequence)
