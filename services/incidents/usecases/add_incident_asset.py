"""Writing down what an incident affects."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from chassis.identifiers import uuid7
from services.incidents.domain import permissions
from services.incidents.domain.assets import MOST_ASSETS
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.asset_rows import AssetRow
from services.incidents.usecases.assets import TOLD, asset_values
from services.incidents.usecases.parts import first_values, new_part_values, take, tell_part


@dataclass(frozen=True, slots=True, kw_only=True)
class AddIncidentAsset:
    incident_id: UUID
    values: Mapping[str, Any]


async def add_incident_asset(command: AddIncidentAsset, work: UnitOfWork) -> AssetRow:
    """Raises NotFound, Denied or Invalid."""
    incident = await take(command.incident_id, work, right=permissions.EDIT)
    values = await asset_values(command.values, None, incident, work)
    counted = select(func.count(AssetRow.id)).where(AssetRow.incident_id == incident.id)
    if (await work.session.scalar(counted) or 0) >= MOST_ASSETS:
        raise Invalid(f"At most {MOST_ASSETS} affected assets in an incident.", field=("incident_id",))
    asset = AssetRow(**new_part_values(incident, uuid7(), work), **values)
    work.session.add(asset)
    said = first_values(asset, *TOLD)
    tell_part(incident, Part(PartType.ASSET, asset.id), Operation.ADDED, said, work, right=permissions.EDIT)
    await work.session.flush()
    return asset
