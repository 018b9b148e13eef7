"""Reading directories: whole lists, because they are short by their nature."""

from typing import Annotated, Final

import strawberry

from chassis.graphql.inputs import Reference, to_key
from chassis.graphql.rights import described
from services.directories.domain.entries import Kind
from services.directories.graphql.context import Info
from services.directories.graphql.types.entries import Classification, IncidentStatus, IncidentType, Severity

_RIGHTS: Final = "everybody; an entry of one company only who holds any permission there."
IncludeInactive = Annotated[bool, strawberry.argument(description="Also entries that can no longer be chosen.")]
OfClassification = Annotated[Reference | None, strawberry.argument(description="Only the types of this class.")]


@strawberry.type
class Query:
    @strawberry.federation.field(
        authenticated=True, description=described("The classes of incidents, in their order.", rights=_RIGHTS)
    )
    async def classifications(
        self, info: Info, include_inactive: IncludeInactive = False
    ) -> list[Classification] | None:
        found = (await info.context.directory()).of_kind(Kind.CLASSIFICATION, inactive=include_inactive)
        return [Classification(entry=entry) for entry in found]

    @strawberry.federation.field(
        authenticated=True, description=described("The types of incidents, in their order.", rights=_RIGHTS)
    )
    async def incident_types(
        self, info: Info, classification: OfClassification = None, include_inactive: IncludeInactive = False
    ) -> list[IncidentType] | None:
        directory = await info.context.directory()
        found = directory.of_kind(Kind.INCIDENT_TYPE, inactive=include_inactive)
        if classification is not None:
            owner = directory.find(Kind.CLASSIFICATION, to_key(classification, "classification"))
            found = [] if owner is None else [entry for entry in found if entry.parent_id == owner.id]
        return [IncidentType(entry=entry) for entry in found]

    @strawberry.federation.field(
        authenticated=True, description=described("Where incidents may stand, in their order.", rights=_RIGHTS)
    )
    async def incident_statuses(
        self, info: Info, include_inactive: IncludeInactive = False
    ) -> list[IncidentStatus] | None:
        found = (await info.context.directory()).of_kind(Kind.STATUS, inactive=include_inactive)
        return [IncidentStatus(entry=entry) for entry in found]

    @strawberry.federation.field(
        authenticated=True, description=described("How bad incidents may be, in their order.", rights=_RIGHTS)
    )
    async def severities(self, info: Info, include_inactive: IncludeInactive = False) -> list[Severity] | None:
        found = (await info.context.directory()).of_kind(Kind.SEVERITY, inactive=include_inactive)
        return [Severity(entry=entry) for entry in found]
