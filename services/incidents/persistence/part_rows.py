"""The tables of what hangs on an incident."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.incidents.persistence.rows import Base


class PartRow(Base):
    """What all parts have. Ids are made in the order of time, so that they sort like it. `version` counts changes."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID]
    company_id: Mapped[UUID]
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID]
    version: Mapped[int]


class CommentRow(PartRow):
    """What somebody said. What was taken back has no `body` any more, and its time in `deleted_at`."""

    __tablename__ = "incident_comment"
    __table_args__ = (Index("ix_incident_comment_incident_id", "incident_id", "id"),)

    reply_to_id: Mapped[UUID | None]
    body: Mapped[str | None]
    audience: Mapped[str]
    mention_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
