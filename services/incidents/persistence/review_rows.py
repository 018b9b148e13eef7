"""The tables of reviews, and of what companies ask of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Index, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.migrations import APPEND_ONLY
from services.incidents.persistence.part_rows import PartRow
from services.incidents.persistence.rows import Base


class ReviewRow(PartRow):
    """The review of an incident, one at most."""

    __tablename__ = "incident_review"
    __table_args__ = (
        Index("uq_incident_review_incident_id", "incident_id", unique=True),
        Index("ix_incident_review_covering", "company_id", postgresql_where="cardinality(covers) > 0"),
    )

    status: Mapped[str]
    facilitator_id: Mapped[UUID | None]
    participant_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    meeting_at: Mapped[datetime | None]
    summary: Mapped[str | None]
    timeline_narrative: Mapped[str | None]
    impact: Mapped[str | None]
    root_causes: Mapped[list[Any]] = mapped_column(JSONB())
    contributing_factors: Mapped[str | None]
    went_well: Mapped[str | None]
    went_badly: Mapped[str | None]
    lucky: Mapped[str | None]
    detection_gap: Mapped[str | None]
    controls_improved: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    covers: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    approved_by_id: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]


class ReviewPolicyRow(Base):
    """What a company asks of reviews; `template` is by the names of sections. Companies without a row ask the usual."""

    __tablename__ = "review_policy"

    company_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_rank: Mapped[int | None]
    due_days: Mapped[int]
    template: Mapped[dict[str, Any]]
    version: Mapped[int]


class ReviewPolicyChangeRow(Base):
    """One entry of a policy's history; written once. `changes` are `{field: [before, after]}`."""

    __tablename__ = "review_policy_change"
    __table_args__ = ({"info": {APPEND_ONLY: True}},)

    company_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID]
    request_id: Mapped[str | None]
    changes: Mapped[dict[str, Any]]
