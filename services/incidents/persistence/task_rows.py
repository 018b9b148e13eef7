"""The tables of the tasks of incidents."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.incidents.persistence.part_rows import PartRow
from services.incidents.persistence.rows import Base


class TaskRow(PartRow):
    """Something to be done. Tasks of an incident are in the order of `position`; what was deleted has its time."""

    __tablename__ = "incident_task"
    __table_args__ = (Index("ix_incident_task_incident_id", "incident_id", "position", "id"),)

    title: Mapped[str]
    description: Mapped[str | None]
    status: Mapped[str]
    mandatory: Mapped[bool] = mapped_column(Boolean)
    assignee_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    team_id: Mapped[UUID | None]
    due_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    result: Mapped[str | None]
    position: Mapped[int]
    depends_on: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    deleted_at: Mapped[datetime | None]


class AssigneeRow(Base):
    """Who has which task: row-level security lets no index of an array be used, and this one."""

    __tablename__ = "incident_task_assignee"
    __table_args__ = (Index("ix_incident_task_assignee_task_id", "task_id"),)

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    task_id: Mapped[UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID]
    company_id: Mapped[UUID]
