"""What this service tells the others: thin facts of ids, never addresses or texts."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRequested:
    """Somebody is to be told something. Subject: the message."""

    type: ClassVar[str] = "notification.requested.v1"
    message_id: UUID
    incident_id: UUID
    recipient_id: UUID
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationSent:
    """A mail server has taken a message over. Subject: the message."""

    type: ClassVar[str] = "notification.sent.v1"
    message_id: UUID
    incident_id: UUID
    recipient_id: UUID
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationFailed:
    """A message will not be sent: it could not be, or was withheld. Subject: the message."""

    type: ClassVar[str] = "notification.failed.v1"
    message_id: UUID
    incident_id: UUID
    recipient_id: UUID
    kind: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDisabled:
    """A webhook is not called any more, because it failed for days or said that it is gone. Subject: the webhook."""

    type: ClassVar[str] = "webhook.disabled.v1"
    webhook_id: UUID
    reason: str
    version: int
