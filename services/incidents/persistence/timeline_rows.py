"""The table of what people wrote into timelines."""

from datetime import datetime

from sqlalchemy import Boolean, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.incidents.persistence.part_rows import PartRow


class TimelineRow(PartRow):
    """Something that happened at a time, or from then until another. What was removed has its time in `deleted_at`."""

    __tablename__ = "incident_timeline_entry"
    __table_args__ = (
        Index("ix_incident_timeline_entry_at", "incident_id", "at", "id", postgresql_where="deleted_at IS NULL"),
    )

    at: Mapped[datetime]
    until: Mapped[datetime | None]
    kind: Mapped[str]
    title: Mapped[str]
    text: Mapped[str | None]
    pinned: Mapped[bool] = mapped_column(Boolean)
    in_report: Mapped[bool] = mapped_column(Boolean)
    audience: Mapped[str]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
