"""Taking out what an incident does not affect after all; the history keeps it."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain import permissions
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.asset_rows import AssetRow
from services.incidents.usecases.assets import ASSET, TOLD
from services.incidents.usecases.parts import expect, last_values, take_part, tell_part


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveIncidentAsset:
    asset_id: UUID
    expected_version: int | None = None


async def remove_incident_asset(command: RemoveIncidentAsset, work: UnitOfWork) -> UUID:
    """The id of what is gone. Raises NotFound, Denied or StalePart."""
    incident, asset = await take_part(AssetRow, command.asset_id, ASSET, work)
    expect(command.expected_version, asset, work)
    part, said = Part(PartType.ASSET, asset.id), last_values(asset, *TOLD)
    tell_part(incident, part, Operation.REMOVED, said, work, right=permissions.EDIT)
    await work.session.delete(asset)
    await work.session.flush()
    return asset.id
