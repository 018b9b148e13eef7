"""The tables of companies."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, func
from sqlalchemy.orm import Mapped, mapped_column

from services.access.persistence.rows.base import Base


class CompanyRow(Base):
    """A company. `version` counts its changes, each of which is an event."""

    __tablename__ = "company"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    country: Mapped[str | None]
    time_zone: Mapped[str]
    default_locale: Mapped[str]
    active: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
