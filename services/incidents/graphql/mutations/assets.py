"""Writing down what incidents affect."""

from collections.abc import Awaitable, Mapping
from enum import Enum
from typing import Annotated, Any, Final, TypeAlias

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, given, to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.mutations.payload import current_part
from services.incidents.graphql.types.assets import AffectedAsset, AssetKindType, CompromiseType
from services.incidents.persistence.asset_rows import AssetRow
from services.incidents.persistence.known import Unit
from services.incidents.usecases.add_incident_asset import AddIncidentAsset, add_incident_asset
from services.incidents.usecases.assets import TOLD
from services.incidents.usecases.edit_incident_asset import EditIncidentAsset, edit_incident_asset
from services.incidents.usecases.remove_incident_asset import RemoveIncidentAsset, remove_incident_asset

_EDIT: Final = CompanyScope(permission=permissions.EDIT)
_RIGHTS: Final = "incident.edit in the incident's company; restricted: members or incident.view_restricted."


@strawberry.input
class AssetDetails:
    """What is said of something affected; what is left out is not touched, null empties it."""

    kind: AssetKindType | None = strawberry.field(default=strawberry.UNSET, description="Left out, SYSTEM.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it is called, up to 300 characters; needed without a reference."
    )
    site_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The site of the company that it is; only of the kind SITE."
    )
    user_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="The person that it is, who may view the company's incidents; only of the kind PERSON.",
    )
    compromise: CompromiseType | None = strawberry.field(default=strawberry.UNSET, description="Left out, UNKNOWN.")
    note: str | None = strawberry.field(
        default=strawberry.UNSET, description="What is to be said of it, up to 2,000 characters; Markdown."
    )


@strawberry.input(description="Something that an incident affects; an incident has up to 500.")
class AddIncidentAssetInput(AssetDetails):
    incident_id: strawberry.ID = strawberry.field(description="The incident.")


@strawberry.input(description="Changes to something affected; what is left out stays as it is.")
class EditIncidentAssetInput(AssetDetails):
    id: strawberry.ID = strawberry.field(description="The asset.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)


@strawberry.input(description="What is not affected after all.")
class RemoveIncidentAssetInput:
    id: strawberry.ID = strawberry.field(description="The asset.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


Adding: TypeAlias = Annotated[AddIncidentAssetInput, strawberry.argument(description="What, and of which incident.")]
Edit: TypeAlias = Annotated[EditIncidentAssetInput, strawberry.argument(description="Which, and its values.")]
Removal: TypeAlias = Annotated[RemoveIncidentAssetInput, strawberry.argument(description="What to take out.")]


@strawberry.type(description="What came of a change to something affected.")
class IncidentAssetPayload:
    asset: AffectedAsset | None = strawberry.field(
        description="As it is after the change; on CONFLICT as it is now; null when it was refused, or is gone."
    )
    removed_id: strawberry.ID | None = strawberry.field(default=None, description="What is gone.")
    errors: list[UserError] = strawberry.field(
        default_factory=list, description="Why it was refused; empty when it was not."
    )


@strawberry.type
class AssetMutations:
    @strawberry.mutation(
        directives=[_EDIT], description=described("Writes down what an incident affects.", rights=_RIGHTS)
    )
    async def add_incident_asset(self, info: Info, input: Adding) -> IncidentAssetPayload | None:
        return await _payload(_add(input, info.context))

    @strawberry.mutation(
        directives=[_EDIT], description=described("Changes what is said of something affected.", rights=_RIGHTS)
    )
    async def edit_incident_asset(self, info: Info, input: Edit) -> IncidentAssetPayload | None:
        return await _payload(_edit(input, info.context))

    @strawberry.mutation(
        directives=[_EDIT],
        description=described("Takes out what is not affected; its history stays.", rights=_RIGHTS),
    )
    async def remove_incident_asset(self, info: Info, input: Removal) -> IncidentAssetPayload | None:
        try:
            command = RemoveIncidentAsset(asset_id=to_uuid(input.id, "id"), expected_version=input.expected_version)
            async with info.context.work() as work:
                removed = await remove_incident_asset(command, work)
        except Refusal as refusal:
            return _refused(refusal)
        return IncidentAssetPayload(asset=None, removed_id=strawberry.ID(str(removed)))


async def _add(source: AddIncidentAssetInput, context: Context) -> AssetRow:
    command = AddIncidentAsset(incident_id=to_uuid(source.incident_id, "incident_id"), values=_values(source))
    await _ensure(command.values, context)
    async with context.work() as work:
        return await add_incident_asset(command, work)


async def _edit(source: EditIncidentAssetInput, context: Context) -> AssetRow:
    command = EditIncidentAsset(
        asset_id=to_uuid(source.id, "id"), expected_version=source.expected_version, values=_values(source)
    )
    await _ensure(command.values, context)
    async with context.work() as work:
        return await edit_incident_asset(command, work)


async def _ensure(values: Mapping[str, Any], context: Context) -> None:
    """What is named is known here, before the transaction begins."""
    site, user = values.get("site_id"), values.get("user_id")
    units = [] if site is None else [(Unit.SITE, site)]
    await context.projections.ensure(context.actor, users=[] if user is None else [user], units=units)


def _values(source: AssetDetails) -> dict[str, Any]:
    """What the caller wrote, by the names of columns."""
    return {name: _plain(name, value) for name, value in given(source).items() if name in TOLD}


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    return to_uuid(value, name) if name.endswith("_id") and value is not None else value


async def _payload(change: Awaitable[AssetRow]) -> IncidentAssetPayload:
    try:
        return IncidentAssetPayload(asset=AffectedAsset.from_row(await change))
    except Refusal as refusal:
        return _refused(refusal)


def _refused(refusal: Refusal) -> IncidentAssetPayload:
    asset = current_part(refusal, AssetRow, AffectedAsset.from_row)
    return IncidentAssetPayload(asset=asset, errors=[user_error(refusal)])
