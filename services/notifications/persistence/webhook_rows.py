"""The tables of webhooks: what is to be sent where, and what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.persistence.rows import Base


class WebhookRow(Base):
    """An address that events of a company are sent to, as far as its owner may see them.

    `position` is how far of the feed was queued; nothing is sent before `not_before`. Secrets are sealed.
    """

    __tablename__ = "webhook"
    __table_args__ = (Index("ix_webhook_company", "company_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    url: Mapped[str]
    description: Mapped[str]
    types: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    ordered: Mapped[bool] = mapped_column(Boolean)
    per_minute: Mapped[int | None]
    state: Mapped[str]
    secret: Mapped[str]
    previous_secret: Mapped[str | None]
    previous_until: Mapped[datetime | None]
    position: Mapped[int]
    not_before: Mapped[datetime | None]
    first_failed_at: Mapped[datetime | None]
    version: Mapped[int]
    sequence: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class WebhookDeliveryRow(Base):
    """One event for one webhook. While it is PENDING and somebody sends it, `next_attempt_at` lies ahead."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id", name="uq_webhook_delivery_event"),
        Index("ix_webhook_delivery_due", "webhook_id", "next_attempt_at", postgresql_where="state = 'PENDING'"),
        Index("ix_webhook_delivery_subject", "webhook_id", "subject", "position", postgresql_where="state = 'PENDING'"),
        Index("ix_webhook_delivery_newest", "webhook_id", "created_at", "id"),
        Index("ix_webhook_delivery_incident", "incident_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    webhook_id: Mapped[UUID] = mapped_column(
        ForeignKey("webhook.id", name="fk_webhook_delivery_webhook", ondelete="CASCADE")
    )
    company_id: Mapped[UUID]
    position: Mapped[int]
    event_id: Mapped[UUID]
    type: Mapped[str]
    subject: Mapped[UUID]
    sequence: Mapped[int]
    incident_id: Mapped[UUID | None]
    state: Mapped[str]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime]
    created_at: Mapped[datetime]


class WebhookAttemptRow(Base):
    """One call of a webhook for one delivery, and the beginning of its answer."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (Index("ix_webhook_attempt_delivery", "delivery_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(
        ForeignKey("webhook_delivery.id", name="fk_webhook_attempt_delivery", ondelete="CASCADE")
    )
    company_id: Mapped[UUID]
    number: Mapped[int]
    at: Mapped[datetime]
    duration_ms: Mapped[int]
    status: Mapped[int | None]
    error: Mapped[str | None]
    request_headers: Mapped[dict[str, Any]]
    answer: Mapped[str]
