"""The tables of this service."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, CheckConstraint, ForeignKey, Index, Uuid, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.tables import TYPES, new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES


_OF_COMPANY: Final = """CASE owner_kind
    WHEN 'COMPANY' THEN company_id IS NOT NULL AND company_id = owner_id
    WHEN 'GUIDE_PAGE' THEN true
    ELSE company_id IS NOT NULL END"""
_STANDS: Final = "kind = 'MAIN_REPORT' AND state = 'AVAILABLE' AND replaced_at IS NULL AND deleted_at IS NULL"


class FileRow(Base):
    """A file. Its bytes are in the object store under its id; `sequence` counts its events.

    Files of a page of the guide that is everybody's have no company.
    What it is found to be (`detected_type`, `sha256`, `findings`) is told by the check. A main report that gave way to
    another is `replaced`; who deleted it and why stays, and so does the row once `purge_at` has taken the bytes.
    """

    __tablename__ = "file"
    __table_args__ = (
        CheckConstraint(_OF_COMPANY, name="owner"),
        CheckConstraint("state <> 'AVAILABLE' OR sha256 IS NOT NULL", name="checked"),
        CheckConstraint("(deleted_at IS NULL) = (delete_reason IS NULL)", name="deleted"),
        Index("ix_file_owner", "owner_id", "uploaded_at", "id", postgresql_where="deleted_at IS NULL"),
        Index("ix_file_present", "company_id", postgresql_include=["size"], postgresql_where="purged_at IS NULL"),
        Index("uq_file_main_report", "owner_id", unique=True, postgresql_where=_STANDS),
        Index("ix_file_purge", "purge_at", postgresql_where="purge_at IS NOT NULL AND purged_at IS NULL"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID | None]
    owner_kind: Mapped[str]
    owner_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    kind: Mapped[str]
    name: Mapped[str]
    size: Mapped[int]
    media_type: Mapped[str]
    detected_type: Mapped[str | None]
    sha256: Mapped[str | None]
    state: Mapped[str]
    has_preview: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    findings: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    tlp: Mapped[str | None]
    description: Mapped[str] = mapped_column(server_default="")
    uploaded_by_id: Mapped[UUID]
    uploaded_at: Mapped[datetime]
    sequence: Mapped[int]
    replaced_at: Mapped[datetime | None]
    replaced_by_id: Mapped[UUID | None]
    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[UUID | None]
    delete_reason: Mapped[str | None]
    purge_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]


class UploadRow(Base):
    """A file that was asked for and is not there yet; its id will be the file's. `parts_id` is the store's own.

    One that was given up stays for as long as its link lives, so that whatever is sent to it still is collected.
    """

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint(_OF_COMPANY, name="owner"),
        Index("ix_upload_company", "company_id", postgresql_include=["size", "requested_by_id"]),
        Index("ix_upload_owner", "owner_id"),
        Index("ix_upload_requested_at", "requested_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID | None]
    owner_kind: Mapped[str]
    owner_id: Mapped[UUID]
    kind: Mapped[str]
    name: Mapped[str]
    size: Mapped[int]
    media_type: Mapped[str]
    sha256: Mapped[str | None]
    tlp: Mapped[str | None]
    description: Mapped[str]
    parts_id: Mapped[str | None]
    requested_by_id: Mapped[UUID]
    requested_at: Mapped[datetime]
    abandoned_at: Mapped[datetime | None]


class CheckRow(Base):
    """A file that a worker has to look at, not before `next_at`; who looks moves that on, for as long as it looks.

    `promised_sha256` is what the uploader said its digest would be.
    """

    __tablename__ = "file_check"
    __table_args__ = (Index("ix_file_check_next_at", "next_at"),)

    file_id: Mapped[UUID] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"), primary_key=True)
    company_id: Mapped[UUID | None]
    promised_sha256: Mapped[str | None]
    next_at: Mapped[datetime]
    attempts: Mapped[int]


class CustodyRow(Base):
    """What happened to a file, written once: who had it in hand, when, and what for."""

    __tablename__ = "file_custody"
    __table_args__ = (
        CheckConstraint(_OF_COMPANY, name="owner"),
        Index("ix_file_custody_owner", "owner_id", "at", "file_id", "number"),
    )

    file_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    company_id: Mapped[UUID | None]
    owner_kind: Mapped[str]
    owner_id: Mapped[UUID]
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID]
    request_id: Mapped[str | None]
    operation: Mapped[str]
    details: Mapped[dict[str, Any]]


class RetentionRow(Base):
    """How many days a company's deleted files of a kind can be brought back."""

    __tablename__ = "file_retention"
    __table_args__ = (CheckConstraint("days BETWEEN 1 AND 36500", name="days"),)

    company_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int]
    version: Mapped[int]


class IncidentRef(Base):
    """Projection of the incidents: whose they are, and whether they still are. `version` is the incident's sequence."""

    __tablename__ = "incident_ref"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    company_id: Mapped[UUID]
    reference: Mapped[str]
    deleted: Mapped[bool] = mapped_column(Boolean)
    restricted: Mapped[bool] = mapped_column(Boolean)
    member_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))


class CompanyRef(Base):
    """Projection of access's companies."""

    __tablename__ = "company_ref"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    active: Mapped[bool] = mapped_column(Boolean)


class PageRef(Base):
    """Projection of the pages of the guide: whose they are, None for everybody's, and whether readers have them."""

    __tablename__ = "guide_page_ref"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    company_id: Mapped[UUID | None]
    shown: Mapped[bool] = mapped_column(Boolean)
