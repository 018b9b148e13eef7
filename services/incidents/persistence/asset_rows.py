"""The table of what incidents affect."""

from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from services.incidents.persistence.part_rows import PartRow


class AssetRow(PartRow):
    """Something affected; `digest` is that of its name in any case, to find it by."""

    __tablename__ = "incident_asset"
    __table_args__ = (
        Index("ix_incident_asset_incident_id", "incident_id", "id"),
        Index("ix_incident_asset_digest", "digest", "company_id"),
    )

    kind: Mapped[str]
    name: Mapped[str | None]
    digest: Mapped[UUID | None]
    site_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    compromise: Mapped[str]
    note: Mapped[str | None]
