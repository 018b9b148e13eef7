"""The table of the history of access."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Index, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from chassis.migrations import APPEND_ONLY
from services.access.persistence.rows.base import Base


class AccessChangeRow(Base):
    """One change of who may do what, or of where people work; written once.

    It concerns `every_company`, or those of `company_ids`; with neither it is shown to readers of every company only.
    """

    __tablename__ = "access_change"
    __table_args__ = (
        Index("ix_access_change_at", "at", "id"),
        Index("ix_access_change_subject_id", "subject_id", "at"),
        {"info": {APPEND_ONLY: True}},
    )
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012  # who writes an entry need not be able to read it

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    subject_name: Mapped[str]
    every_company: Mapped[bool] = mapped_column(Boolean)
    company_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID]
    request_id: Mapped[str | None]
    operation: Mapped[str]
    changes: Mapped[dict[str, Any]]


class AccessChangeCountRow(Base):
    """How many entries concern just these companies, or every one; a trigger keeps it. `id` is made of the two."""

    __tablename__ = "access_change_count"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    every_company: Mapped[bool] = mapped_column(Boolean)
    company_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    number: Mapped[int]
