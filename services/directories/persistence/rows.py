"""The tables of this service."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.tables import TYPES, new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES


class EntryRow(Base):
    """An entry of the directory `kind`. `version` counts its changes, `sequence` its events."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("kind", "code"),
        CheckConstraint("color ~ '^#[0-9A-F]{6}$'", name="color"),
        CheckConstraint("(kind = 'incident_type') = (parent_id IS NOT NULL)", name="parent"),
        CheckConstraint("(kind = 'status') = (category IS NOT NULL)", name="category"),
        CheckConstraint("NOT is_initial OR (kind = 'status' AND active AND NOT is_final)", name="initial"),
        CheckConstraint("(kind = 'severity') = (rank IS NOT NULL)", name="rank"),
        Index("uq_entry_initial", "kind", unique=True, postgresql_where="is_initial AND company_id IS NULL"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    sequence: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    code: Mapped[str]
    color: Mapped[str]
    icon: Mapped[str | None]
    sort_order: Mapped[int]
    active: Mapped[bool] = mapped_column(Boolean)
    visible: Mapped[bool] = mapped_column(Boolean)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("entry.id"))
    category: Mapped[str | None]
    is_initial: Mapped[bool] = mapped_column(Boolean)
    is_final: Mapped[bool] = mapped_column(Boolean)
    rank: Mapped[int | None]
    company_id: Mapped[UUID | None]


class TranslationRow(Base):
    """What an entry is called in the language of a BCP 47 tag, and how far that can be relied on.

    `source_hash` is the digest of the text it is a translation of, where that is known; `engine` is what made it.
    """

    __tablename__ = "translation"
    __table_args__ = (
        CheckConstraint("state IN ('MACHINE', 'REVIEWED', 'STALE')", name="state"),
        Index("ix_translation_state", "state", "locale", postgresql_where="state <> 'REVIEWED'"),
    )

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="REVIEWED", server_default="REVIEWED")
    source_hash: Mapped[str | None]
    engine: Mapped[str | None]
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]


class RevisionRow(Base):
    """The one row that every change replaces: by it a process knows whether what it remembers still holds."""

    __tablename__ = "revision"
    __table_args__ = (CheckConstraint("single", name="single"),)

    single: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    stamp: Mapped[UUID]
