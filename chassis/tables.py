"""The tables that the chassis keeps in every service's database: event log, handled and parked events, projections."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Boolean,
    DateTime,
    Identity,
    Index,
    MetaData,
    String,
    TableValuedAlias,
    Text,
    Uuid,
    column,
    func,
    literal,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
TYPES: dict[Any, Any] = {
    datetime: DateTime(timezone=True),
    UUID: Uuid(),
    int: BigInteger(),
    str: Text(),
    dict[str, Any]: JSONB(),
    list[str]: JSONB(),
}


def table_of(ids: Collection[UUID] | BindParameter[Any]) -> TableValuedAlias:
    """A table inside a statement, with the one column `id`: what is asked for each of them is joined to it."""
    given = ids if isinstance(ids, BindParameter) else literal(list(ids), ARRAY(Uuid()))
    return func.unnest(given).table_valued(column("id", Uuid()), name="wanted").render_derived()


def new_metadata() -> MetaData:
    return MetaData(naming_convention=NAMING_CONVENTION)


class Mechanism(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES


class EventRow(Mechanism):
    """The event log (outbox). `position` is given after the commit by the relay's leader, without gaps.

    `time` is that of the writing and not of the transaction's beginning: whoever waited for a subject's row began
    before the event that goes before.
    """

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    type: Mapped[str] = mapped_column(String(100))
    subject: Mapped[UUID]
    company_id: Mapped[UUID | None]
    sequence: Mapped[int]
    time: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    restricted: Mapped[bool] = mapped_column(Boolean, default=False)
    request_id: Mapped[str | None]
    traceparent: Mapped[str | None]
    causation_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]]
    position: Mapped[int | None] = mapped_column(unique=True)
    published_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_event_unpositioned", "id", postgresql_where="position IS NULL"),
        Index("ix_event_unpublished", "position", postgresql_where="published_at IS NULL"),
        Index("uq_event_subject_sequence", "subject", "sequence", unique=True),
    )


class HandledRow(Mechanism):
    """An event whose effect is in this database (inbox)."""

    __tablename__ = "handled_event"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(50))
    position: Mapped[int]
    handled_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ParkedRow(Mechanism):
    """An event that could not be handled, and those of the same subject that wait behind it."""

    __tablename__ = "parked_event"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    subject: Mapped[UUID] = mapped_column(index=True)
    envelope: Mapped[dict[str, Any]]
    reason: Mapped[str]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime] = mapped_column(index=True)


class ProjectionRow(Mechanism):
    """How far a projection of another service's things has been filled by its snapshot."""

    __tablename__ = "projection"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    cursor: Mapped[UUID | None]
    filled_at: Mapped[datetime | None]
