"""The tables of this service."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Index, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.tables import TYPES, new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES


class MessageRow(Base):
    """A mail to one person because of one event, or of the mail `mail_id`, whose id is then in the event's place.

    `sequence` counts the events of the message itself.

    `next_attempt_at` is when it is to be sent, and while it is in somebody's hands the end of the lease. `reason` tells
    why it waits or is not sent, `answer` the code by which a server refused it.
    """

    __tablename__ = "mail_message"
    __table_args__ = (
        UniqueConstraint("event_id", "recipient_user_id", name="uq_mail_message_event_id"),
        Index("ix_mail_message_incident", "incident_id", "created_at", "id"),
        Index("ix_mail_message_due", "next_attempt_at", postgresql_where="state IN ('QUEUED', 'SENDING')"),
        Index("ix_mail_message_attempted", "attempted_at"),
        Index("ix_mail_message_mail", "mail_id", postgresql_where="mail_id IS NOT NULL"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    incident_id: Mapped[UUID]
    event_id: Mapped[UUID]
    recipient_user_id: Mapped[UUID]
    kind: Mapped[str]
    subject_key: Mapped[str]
    state: Mapped[str]
    created_at: Mapped[datetime]
    sequence: Mapped[int]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_attempt_at: Mapped[datetime]
    attempted_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    answer: Mapped[str | None]
    mail_id: Mapped[UUID | None]


class MailRow(Base):
    """What somebody wrote about an incident, with its places unfilled; to each recipient goes a message of its own.

    Written with a template, `texts` are its subjects and bodies by BCP 47 tag, and `subject` and `body` those in the
    writer's language. `attachments` are files of the incident, `{"id", "name"}`. `disclosed_at` is when the history of
    the incident was told; nothing is sent before.
    """

    __tablename__ = "incident_mail"
    __table_args__ = (
        UniqueConstraint("sent_by_id", "idempotency_key"),
        Index("ix_incident_mail_incident", "incident_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    incident_id: Mapped[UUID]
    sent_by_id: Mapped[UUID]
    sent_by_kind: Mapped[str]
    sender_name: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    attachments: Mapped[list[Any]] = mapped_column(JSONB)
    texts: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    template_id: Mapped[UUID | None]
    request_id: Mapped[str | None]
    idempotency_key: Mapped[str | None]
    created_at: Mapped[datetime]
    disclosed_at: Mapped[datetime | None]


class MailTemplateRow(Base):
    """Texts of mails, `{"subject", "body"}` by BCP 47 tag; everybody's where there is no company."""

    __tablename__ = "mail_template"
    __table_args__ = (Index("ix_mail_template_company_id", "company_id", "name", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID | None]
    name: Mapped[str]
    texts: Mapped[dict[str, Any]]
    active: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int]
    changed_by_id: Mapped[UUID]
    changed_at: Mapped[datetime]


class IncidentRef(Base):
    """Projection of the incidents: whose they are, and who works them. `version` is the incident's sequence."""

    __tablename__ = "incident_ref"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    company_id: Mapped[UUID]
    reference: Mapped[str]
    responsible_id: Mapped[UUID | None]
    deleted: Mapped[bool] = mapped_column(Boolean)
    restricted: Mapped[bool] = mapped_column(Boolean)
    member_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
