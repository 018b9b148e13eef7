"""The secrets of a webhook: sealed in the database, and opened only to sign."""

from datetime import datetime

from services.notifications.domain.sealing import Seal
from services.notifications.domain.signatures import signed_headers
from services.notifications.persistence.webhook_rows import WebhookRow
from services.notifications.usecases.webhook_tools import WebhookTools

_PLAIN = {"content-type": "application/cloudevents+json", "user-agent": "incident-registry-webhooks/1.0"}


def request_headers(hook: WebhookRow, message_id: str, body: bytes, tools: WebhookTools) -> dict[str, str]:
    """All of a call. Raises Unsealable, or Conflict without keys."""
    at = tools.clock()
    return _PLAIN | signed_headers(message_id, at, body, _valid(hook, at, tools.seal))


def _valid(hook: WebhookRow, at: datetime, seal: Seal) -> list[str]:
    """The new one first; the one before it while both hold."""
    secrets = [seal.open(hook.secret)]
    if hook.previous_secret is not None and hook.previous_until is not None and at < hook.previous_until:
        secrets.append(seal.open(hook.previous_secret))
    return secrets
