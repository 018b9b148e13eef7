"""Giving a webhook another secret; for a while both sign what is sent, so that the receiver can change over."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from services.notifications.domain.signatures import new_secret
from services.notifications.domain.webhooks import LONGEST_OVERLAP
from services.notifications.persistence.webhooks import Webhooks
from services.notifications.usecases.create_webhook import MadeSecret
from services.notifications.usecases.webhook_tools import WebhookTools
from services.notifications.usecases.webhook_versions import expect

USUAL_OVERLAP: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateWebhookSecret:
    webhook_id: UUID
    overlap_hours: int = USUAL_OVERLAP
    expected_version: int | None = None


async def rotate_webhook_secret(command: RotateWebhookSecret, work: UnitOfWork, tools: WebhookTools) -> MadeSecret:
    """Raises NotFound, Invalid, StaleVersion or Conflict."""
    if not 0 <= command.overlap_hours <= LONGEST_OVERLAP:
        raise Invalid(f"overlapHours is between 0 and {LONGEST_OVERLAP}.", field=("overlap_hours",))
    row = await Webhooks(work.session, work.actor).get(command.webhook_id, lock=True)
    expect(command.expected_version, row, work)
    secret, now = new_secret(), tools.clock()
    row.previous_secret, row.previous_until = None, None
    if command.overlap_hours:
        row.previous_secret, row.previous_until = row.secret, now + timedelta(hours=command.overlap_hours)
    row.secret, row.updated_at = tools.seal.close(secret), now
    row.version += 1
    return MadeSecret(row, secret)
