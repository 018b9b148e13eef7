"""The tables of indicators, and of which incidents they stand in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.incidents.persistence.part_rows import PartRow
from services.incidents.persistence.rows import Base


class IndicatorRow(Base):
    """An observable of a company. `digest` is that of its one form: with its type, it tells which one it is.

    Without `incident_id` whoever sees the company's incidents knows of it. What stands in a restricted or a deleted
    incident is an indicator of its own, which that incident alone has, so that the others neither find it nor meet it.
    """

    __tablename__ = "indicator"
    __table_args__ = (
        Index(
            "uq_indicator_digest",
            "digest",
            "company_id",
            "type_id",
            unique=True,
            postgresql_where="incident_id IS NULL",
        ),
        Index(
            *("uq_indicator_incident_digest", "incident_id", "digest", "type_id"),
            unique=True,
            postgresql_where="incident_id IS NOT NULL",
        ),
        Index("ix_indicator_company_id", "company_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    incident_id: Mapped[UUID | None]
    type_id: Mapped[UUID]
    type_code: Mapped[str]
    value: Mapped[str]
    form: Mapped[str]
    digest: Mapped[UUID]
    tlp: Mapped[str]
    pap: Mapped[str]
    is_ioc: Mapped[bool] = mapped_column(Boolean)
    confidence: Mapped[int | None]
    first_seen: Mapped[datetime | None]
    last_seen: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    description: Mapped[str | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    attack_ids: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    whitelisted: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID]
    version: Mapped[int]


class IncidentIndicatorRow(PartRow):
    """That an indicator stands in an incident, and what it is there; `digest` and `type_id` are the indicator's."""

    __tablename__ = "incident_indicator"
    __table_args__ = (
        Index("uq_incident_indicator_digest", "incident_id", "digest", "type_id", unique=True),
        Index("ix_incident_indicator_incident_id", "incident_id", "id"),
        Index("ix_incident_indicator_indicator_id", "indicator_id"),
        Index("ix_incident_indicator_digest", "digest", "company_id", "id"),
    )

    indicator_id: Mapped[UUID]
    type_id: Mapped[UUID]
    digest: Mapped[UUID]
    role: Mapped[str]
    sighted: Mapped[bool] = mapped_column(Boolean)
    sighted_at: Mapped[datetime | None]
    ignore_similarity: Mapped[bool] = mapped_column(Boolean)
    note: Mapped[str | None]
