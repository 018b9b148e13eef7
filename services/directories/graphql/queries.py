"""Reading directories: whole lists, because they are short by their nature."""

from collections.abc import Iterable
from typing import Annotated, Final, TypeAlias
from uuid import UUID

import strawberry

from chassis.graphql.inputs import Reference, to_key, to_uuid
from chassis.graphql.rights import described
from services.directories.domain.collation import collation
from services.directories.domain.entries import Entry, Kind
from services.directories.graphql.context import Context, Info
from services.directories.graphql.types.entries import (
    Classification,
    DirectoryEntry,
    IncidentStatus,
    IncidentType,
    Severity,
    shown,
)
from services.directories.graphql.types.enums import KindType, Sort
from services.directories.graphql.types.locales import InstalledLocale

_RIGHTS: Final = "everybody; an entry of one company only who holds any permission there."
IncludeInactive: TypeAlias = Annotated[
    bool, strawberry.argument(description="Also entries that can not be chosen, today or any longer.")
]
OfClassification: TypeAlias = Annotated[
    Reference | None, strawberry.argument(description="Only the types of this class.")
]
ForCompany: TypeAlias = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="Only what things of this company may be given: everybody's entries and its own."),
]
SortBy: TypeAlias = Annotated[Sort, strawberry.argument(description="What the list is sorted by.")]


@strawberry.type
class Query:
    @strawberry.federation.field(authenticated=True, description=described("The classes of incidents.", rights=_RIGHTS))
    async def classifications(
        self, info: Info, include_inactive: IncludeInactive = False, company_id: ForCompany = None,
        sort_by: SortBy = Sort.ORDER,
    ) -> list[Classification] | None:  # fmt: skip
        found = await _listed(Kind.CLASSIFICATION, include_inactive, company_id, sort_by, info.context)
        return [Classification(entry=entry) for entry in found]

    @strawberry.federation.field(authenticated=True, description=described("The types of incidents.", rights=_RIGHTS))
    async def incident_types(
        self, info: Info, classification: OfClassification = None, include_inactive: IncludeInactive = False,
        company_id: ForCompany = None, sort_by: SortBy = Sort.ORDER,
    ) -> list[IncidentType] | None:  # fmt: skip
        found: Iterable[Entry] = await _listed(Kind.INCIDENT_TYPE, include_inactive, company_id, sort_by, info.context)
        if classification is not None:
            directory, key = await info.context.directory(), to_key(classification, "classification")
            owner = directory.find(Kind.CLASSIFICATION, key)
            found = () if owner is None else (entry for entry in found if entry.parent_id == owner.id)
        return [IncidentType(entry=entry) for entry in found]

    @strawberry.federation.field(
        authenticated=True, description=described("Where incidents may stand.", rights=_RIGHTS)
    )
    async def incident_statuses(
        self, info: Info, include_inactive: IncludeInactive = False, company_id: ForCompany = None,
        sort_by: SortBy = Sort.ORDER,
    ) -> list[IncidentStatus] | None:  # fmt: skip
        found = await _listed(Kind.STATUS, include_inactive, company_id, sort_by, info.context)
        return [IncidentStatus(entry=entry) for entry in found]

    @strawberry.federation.field(authenticated=True, description=described("How bad incidents may be.", rights=_RIGHTS))
    async def severities(
        self, info: Info, include_inactive: IncludeInactive = False, company_id: ForCompany = None,
        sort_by: SortBy = Sort.ORDER,
    ) -> list[Severity] | None:  # fmt: skip
        found = await _listed(Kind.SEVERITY, include_inactive, company_id, sort_by, info.context)
        return [Severity(entry=entry) for entry in found]

    @strawberry.federation.field(
        authenticated=True, description=described("The entries of any directory.", rights=_RIGHTS)
    )
    async def directory_entries(
        self, info: Info, kind: Annotated[KindType, strawberry.argument(description="Which directory.")],
        include_inactive: IncludeInactive = False, company_id: ForCompany = None, sort_by: SortBy = Sort.ORDER,
    ) -> list[DirectoryEntry] | None:  # fmt: skip
        found = await _listed(Kind[kind.name], include_inactive, company_id, sort_by, info.context)
        return [shown(entry) for entry in found]

    @strawberry.federation.field(
        authenticated=True,
        description=described("One entry as it is kept, also one that was merged into another.", rights=_RIGHTS),
    )
    async def directory_entry(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> DirectoryEntry | None:
        found = (await info.context.directory()).by_id.get(to_uuid(id, "id"))
        return None if found is None else shown(found)

    @strawberry.federation.field(
        authenticated=True,
        description=described("The locales that names are kept in here, by how they are called.", rights="everybody."),
    )
    async def locales(
        self,
        info: Info,
        include_inactive: Annotated[
            bool, strawberry.argument(description="Also those that readers are not served in.")
        ] = False,
    ) -> list[InstalledLocale] | None:
        return await InstalledLocale.all(info.context, inactive=include_inactive)


async def _listed(
    kind: Kind, inactive: bool, company: strawberry.ID | None, sort: Sort, context: Context
) -> list[Entry]:
    owner: UUID | None = None if company is None else to_uuid(company, "company_id")
    directory = await context.directory()
    found = directory.of_kind(kind, context.today, inactive=inactive, company=owner)
    if sort is Sort.ORDER:
        return found
    wording, key = await context.wording(None), collation(context.wanted(None))
    return sorted(found, key=lambda entry: (key(wording.name(entry)[0]), entry.code))
