"""Putting right what is said of something affected."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain import permissions
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.asset_rows import AssetRow
from services.incidents.usecases.assets import ASSET, asset_values
from services.incidents.usecases.parts import change_part, expect, take_part, tell_part


@dataclass(frozen=True, slots=True, kw_only=True)
class EditIncidentAsset:
    """What is not in `values` stays as it is."""

    asset_id: UUID
    expected_version: int
    values: Mapping[str, Any]


async def edit_incident_asset(command: EditIncidentAsset, work: UnitOfWork) -> AssetRow:
    """Raises NotFound, Denied, Invalid or StalePart. An edit that changes nothing writes nothing."""
    incident, asset = await take_part(AssetRow, command.asset_id, ASSET, work)
    expect(command.expected_version, asset, work)
    changes = change_part(asset, await asset_values(command.values, asset, incident, work))
    changes.pop("digest", None)
    if changes:
        part = Part(PartType.ASSET, asset.id)
        tell_part(incident, part, Operation.EDITED, changes, work, right=permissions.EDIT)
    await work.session.flush()
    return asset
