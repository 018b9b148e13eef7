"""The tables of this service."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Index, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.tables import TYPES, new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES


class FileRow(Base):
    """A file of an incident. Its bytes are in the object store under its id; `sequence` counts its events."""

    __tablename__ = "file"
    __table_args__ = (
        Index("ix_file_incident", "incident_id", "uploaded_at", "id", postgresql_where="deleted_at IS NULL"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID]
    incident_id: Mapped[UUID]
    kind: Mapped[str]
    name: Mapped[str]
    size: Mapped[int]
    media_type: Mapped[str]
    sha256: Mapped[str]
    state: Mapped[str]
    uploaded_by_id: Mapped[UUID]
    uploaded_at: Mapped[datetime]
    sequence: Mapped[int]
    deleted_at: Mapped[datetime | None]


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
