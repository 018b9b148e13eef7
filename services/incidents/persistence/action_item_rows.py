"""The table of action items."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from services.incidents.persistence.part_rows import PartRow


class ActionItemRow(PartRow):
    """What is to be done after an incident.

    `awaited_at` is the due date while it is open, else the end of days: what is awaited first comes first in lists.
    """

    __tablename__ = "incident_action_item"
    __table_args__ = (
        Index("ix_incident_action_item_incident_id", "incident_id", "id"),
        Index("ix_incident_action_item_awaited", "awaited_at", "id"),
        Index("ix_incident_action_item_company_awaited", "company_id", "awaited_at", "id"),
        Index("ix_incident_action_item_owner_awaited", "owner_id", "awaited_at", "id"),
    )

    title: Mapped[str]
    description: Mapped[str | None]
    kind: Mapped[str]
    priority: Mapped[str]
    status: Mapped[str]
    owner_id: Mapped[UUID | None]
    department_id: Mapped[UUID | None]
    due_at: Mapped[datetime | None]
    wont_do_reason: Mapped[str | None]
    completed_at: Mapped[datetime | None]
    verified_by_id: Mapped[UUID | None]
    verified_at: Mapped[datetime | None]
    control_ref: Mapped[str | None]
    external_system: Mapped[str | None]
    external_key: Mapped[str | None]
    external_url: Mapped[str | None]
    deleted_at: Mapped[datetime | None]
    awaited_at: Mapped[datetime]
