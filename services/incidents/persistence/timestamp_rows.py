"""The table of the moments that a directory defines."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from services.incidents.persistence.part_rows import PartRow


class TimestampRow(PartRow):
    """When something happened that an entry of the directory of timestamps names; `utc_offset` is in minutes."""

    __tablename__ = "incident_timestamp"
    __table_args__ = (UniqueConstraint("incident_id", "definition_id"),)

    definition_id: Mapped[UUID]
    at: Mapped[datetime]
    precision: Mapped[str]
    origin: Mapped[str]
    utc_offset: Mapped[int | None]
    set_by_id: Mapped[UUID]
