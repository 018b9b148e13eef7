"""The table of the tags in use."""

from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.incidents.persistence.rows import Base


class TagRow(Base):
    """How many incidents of a company have a tag, for an audience; a trigger of `incident` keeps it.

    Audiences are those of the numbers of incidents: see `counting`.
    """

    __tablename__ = "incident_tag"
    __table_args__ = (Index("ix_incident_tag_number", "company_id", "audience", text("number DESC")),)

    company_id: Mapped[UUID] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    audience: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
