"""The tables of the public feed."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Identity, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.persistence.rows import Base

NO_COMPANY: Final = UUID(int=0)


class FeedArrivalRow(Base):
    """An event that has not got its place yet. The ids of one subject's events rise in their order."""

    __tablename__ = "feed_arrival"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    event_id: Mapped[UUID]
    source: Mapped[str]
    type: Mapped[str]
    subject: Mapped[UUID]
    company_id: Mapped[UUID | None]
    stream: Mapped[str]
    incident_id: Mapped[UUID | None]
    sequence: Mapped[int]
    time: Mapped[datetime]
    traceparent: Mapped[str | None]
    causation_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]]


class FeedEventRow(Base):
    """An event in its place. `position` is that among all, `number` that in the stream of its company."""

    __tablename__ = "feed_event"
    __table_args__ = (
        Index("ix_feed_event_company", "company_id", "position"),
        Index("ix_feed_event_incident", "incident_id"),
        {"postgresql_partition_by": "RANGE (recorded_at)"},
    )

    position: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    number: Mapped[int]
    event_id: Mapped[UUID]
    source: Mapped[str]
    type: Mapped[str]
    subject: Mapped[UUID]
    company_id: Mapped[UUID | None]
    stream: Mapped[str]
    incident_id: Mapped[UUID | None]
    sequence: Mapped[int]
    time: Mapped[datetime]
    traceparent: Mapped[str | None]
    causation_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]]


class FeedCountRow(Base):
    """How many events a stream of a company has had; NO_COMPANY stands for those of none."""

    __tablename__ = "feed_count"

    company_id: Mapped[UUID] = mapped_column(primary_key=True)
    stream: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]


class FeedHeadRow(Base):
    """One row: the last position that was given, the last that was dropped, and the key of the cursors."""

    __tablename__ = "feed_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int]
    dropped: Mapped[int]
    cursor_key: Mapped[bytes] = mapped_column(LargeBinary)
