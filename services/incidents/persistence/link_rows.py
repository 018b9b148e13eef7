"""The table of links."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.incidents.persistence.part_rows import PartRow


class LinkRow(PartRow):
    """A link as one incident has it. Between two incidents there are two, one for each, with the same `pair_id`.

    `type_id` is how it is called from here; the other one has the inverse. One to a page elsewhere has `url` and
    `title`. What was removed has its time in `deleted_at`.
    """

    __tablename__ = "incident_link"
    __table_args__ = (
        Index("ix_incident_link_incident_id", "incident_id", "id"),
        Index("ix_incident_link_other_id", "other_id"),
        Index("ix_incident_link_pair_id", "pair_id"),
        Index(
            *("uq_incident_link_other", "incident_id", "other_id", "type_id"),
            unique=True,
            postgresql_where="deleted_at IS NULL AND other_id IS NOT NULL",
        ),
    )

    pair_id: Mapped[UUID]
    type_id: Mapped[UUID | None] = mapped_column(index=True)
    other_id: Mapped[UUID | None]
    url: Mapped[str | None]
    title: Mapped[str | None]
    note: Mapped[str | None]
    deleted_at: Mapped[datetime | None]
