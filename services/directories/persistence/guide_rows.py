"""The tables of the guide."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from chassis.migrations import APPEND_ONLY
from services.directories.persistence.rows import Base


class GuidePageRow(Base):
    """A page of the guide. `version` counts its changes, `sequence` its events, `number` its published versions."""

    __tablename__ = "guide_page"
    __table_args__ = (
        CheckConstraint("NOT is_addition OR (company_id IS NOT NULL AND parent_id IS NOT NULL)", name="addition"),
        Index("uq_guide_page_slug", "slug", unique=True, postgresql_where="company_id IS NULL"),
        Index("uq_guide_page_company_id_slug", "company_id", "slug", unique=True),
        Index("ix_guide_page_parent_id", "parent_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    sequence: Mapped[int]
    slug: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("guide_page.id"))
    is_addition: Mapped[bool] = mapped_column(Boolean)
    sort_order: Mapped[int]
    active: Mapped[bool] = mapped_column(Boolean)
    company_id: Mapped[UUID | None]
    source_locale: Mapped[str]
    number: Mapped[int | None]
    published_at: Mapped[datetime | None]
    draft_changed: Mapped[bool] = mapped_column(Boolean)


class _Text:
    """A text of a page in the language of a BCP 47 tag; `text` is Markdown, the rest is of domain/guide_texts.py."""

    page_id: Mapped[UUID] = mapped_column(ForeignKey("guide_page.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    company_id: Mapped[UUID | None]
    title: Mapped[str]
    text: Mapped[str]
    state: Mapped[str]
    source_hash: Mapped[str]
    engine: Mapped[str | None]
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]


class GuideDraftRow(_Text, Base):
    """A text that is being worked on."""

    __tablename__ = "guide_draft"


class GuideTextRow(_Text, Base):
    """A text of the published version; `plain` are its words alone, `words` what a search finds it by."""

    __tablename__ = "guide_text"

    plain: Mapped[str]
    words: Mapped[Any] = mapped_column(TSVECTOR, deferred=True)


class GuideVersionRow(Base):
    """A version as it was published: `texts` by locale, as domain/guide_texts.py has them; written once."""

    __tablename__ = "guide_version"
    __table_args__ = ({"info": {APPEND_ONLY: True}},)

    page_id: Mapped[UUID] = mapped_column(ForeignKey("guide_page.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[UUID | None]
    published_at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID]
    note: Mapped[str | None]
    texts: Mapped[dict[str, Any]]


class GuideChangeRow(Base):
    """One change of a page, `sequence` being the page's version after it; written once."""

    __tablename__ = "guide_change"
    __table_args__ = ({"info": {APPEND_ONLY: True}},)

    page_id: Mapped[UUID] = mapped_column(ForeignKey("guide_page.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[UUID | None]
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID]
    request_id: Mapped[str | None]
    operation: Mapped[str]
    changes: Mapped[dict[str, Any]]
