"""The tables of this service."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, false, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.migrations import APPEND_ONLY
from chassis.tables import TYPES, new_metadata

_TREES = "'classification', 'outcome', 'detection_source', 'indicator_type', 'department_kind'"


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES | {date: Date()}


class EntryRow(Base):
    """An entry of the directory `kind`. `version` counts its changes, `sequence` its events."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("kind", "code", "company_id", name="uq_entry_kind_code", postgresql_nulls_not_distinct=True),
        CheckConstraint("color ~ '^#[0-9A-F]{6}$'", name="color"),
        CheckConstraint("parent_id <> id AND (kind <> 'incident_type' OR parent_id IS NOT NULL)", name="parent"),
        CheckConstraint(f"parent_id IS NULL OR kind IN ('incident_type', {_TREES})", name="tree"),
        CheckConstraint("(kind = 'status') = (category IS NOT NULL)", name="category"),
        CheckConstraint(
            "NOT is_initial OR (kind = 'status' AND active AND NOT is_final AND company_id IS NULL "
            "AND valid_from IS NULL AND valid_to IS NULL)",
            name="initial",
        ),
        CheckConstraint("(kind IN ('severity', 'impact_level', 'priority')) = (rank IS NOT NULL)", name="rank"),
        CheckConstraint("valid_from <= valid_to", name="validity"),
        CheckConstraint("pattern IS NULL OR kind = 'indicator_type'", name="pattern"),
        CheckConstraint("NOT single OR kind = 'role'", name="single"),
        CheckConstraint("(kind = 'link_type') = (inverse_id IS NOT NULL)", name="inverse"),
        CheckConstraint("merged_into_id IS NULL OR (NOT active AND merged_into_id <> id)", name="merged"),
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
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    pattern: Mapped[str | None]
    single: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    inverse_id: Mapped[UUID | None] = mapped_column(ForeignKey("entry.id", deferrable=True, initially="DEFERRED"))
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("entry.id"))


class TranslationRow(Base):
    """What an entry is called in the language of a BCP 47 tag, and how far that can be relied on.

    `source_hash` is the digest of the text it is a translation of, where that is known; `engine` is what made it.
    """

    __tablename__ = "translation"
    __table_args__ = (
        CheckConstraint("state IN ('MACHINE', 'REVIEWED', 'STALE')", name="state"),
        Index("ix_translation_state", "state", "locale", postgresql_where="state <> 'REVIEWED'"),
        Index("ix_translation_locale", "locale"),
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


class LocaleRow(Base):
    """A locale that texts are written in here; readers are served the active ones. `sequence` counts its events."""

    __tablename__ = "locale"

    tag: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    active: Mapped[bool] = mapped_column(Boolean)
    sequence: Mapped[int]


class EntryChangeRow(Base):
    """One entry of the history of directories; written once. `entry_id` is null where a locale was changed."""

    __tablename__ = "entry_change"
    __table_args__ = (Index("ix_entry_change_at", "at", "id"), {"info": {APPEND_ONLY: True}})
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012  # SQLAlchemy's own name; reviewers write what they may not read back

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    entry_id: Mapped[UUID | None] = mapped_column(index=True)
    kind: Mapped[str | None]
    code: Mapped[str]
    company_id: Mapped[UUID | None]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID]
    request_id: Mapped[str | None]
    operation: Mapped[str]
    changes: Mapped[dict[str, Any]]


class RevisionRow(Base):
    """The one row that every change replaces: by it a process knows whether what it remembers still holds."""

    __tablename__ = "revision"
    __table_args__ = (CheckConstraint("single", name="single"),)

    single: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    stamp: Mapped[UUID]
