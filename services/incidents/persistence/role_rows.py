"""The table of the parts that people have in incidents."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.incidents.persistence.part_rows import PartRow


class RoleRow(PartRow):
    """A user, or somebody from outside, in a role; `role_id` is null for the lead, whom the incident itself names.

    Who made it assigned it.
    """

    __tablename__ = "incident_role"
    __table_args__ = (
        Index("ix_incident_role_incident_id", "incident_id", "id"),
        Index(
            "uq_incident_role_lead", "incident_id", unique=True, postgresql_where="role_id IS NULL AND ended_at IS NULL"
        ),
    )

    role_id: Mapped[UUID | None] = mapped_column(index=True)
    user_id: Mapped[UUID | None]
    contact_name: Mapped[str | None]
    contact_email: Mapped[str | None]
    contact_organization: Mapped[str | None]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None]
