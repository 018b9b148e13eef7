"""The table of what is awaited: open parts of incidents that have a due date."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.incidents.persistence.rows import Base


class DeadlineRow(Base):
    """One for each open part with a due date, whatever its kind; `announced_at` is when it was told to be overdue.

    A required review is awaited before anybody has begun it: its part is the incident itself.
    """

    __tablename__ = "incident_deadline"
    __table_args__ = (
        Index("ix_incident_deadline_company_due", "company_id", "due_at"),
        Index("ix_incident_deadline_unannounced", "due_at", postgresql_where="announced_at IS NULL"),
    )

    incident_id: Mapped[UUID] = mapped_column(primary_key=True)
    part_type: Mapped[str] = mapped_column(primary_key=True)
    part_id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    due_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
