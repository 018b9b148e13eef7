"""What this service adds to companies and to pages of the guide."""

from typing import Self

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.files.domain import permissions
from services.files.domain.owners import OwnerKind
from services.files.graphql.context import Info
from services.files.graphql.types.file import File


@strawberry.federation.type(keys=["id"], description="A company.")
class Company:
    id: strawberry.ID = strawberry.field(description="Its id.")

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:
        """Nothing is looked up: what is not for a caller is hidden where it is shown."""
        return cls(id=id)

    @strawberry.field(
        description=described(
            "Its documents, oldest first, up to 200; null when they are not there for you.",
            rights="incident.view or access.manage in it.",
        )
    )
    async def files(self, info: Info) -> list[File] | None:
        return await files_of(OwnerKind.COMPANY, self.id, info)

    @strawberry.field(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Its documents that were deleted and can still be brought back, the last deleted first, up to 200; null "
            "when they are not there for you.",
            rights="access.manage in it.",
        ),
    )
    async def deleted_files(self, info: Info) -> list[File] | None:
        return await deleted_files_of(OwnerKind.COMPANY, self.id, info)


@strawberry.federation.type(keys=["id"], description="A page of the guide for the registry.")
class GuidePage:
    id: strawberry.ID = strawberry.field(description="Its id.")

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:
        return cls(id=id)

    @strawberry.field(
        description=described(
            "Its figures and attachments, oldest first, up to 200; null when they are not there for you.",
            rights="who reads the page, or manages it.",
        )
    )
    async def files(self, info: Info) -> list[File] | None:
        return await files_of(OwnerKind.GUIDE_PAGE, self.id, info)

    @strawberry.field(
        directives=[CompanyScope(permission=permissions.GUIDE)],
        description=described(
            "Its files that were deleted and can still be brought back, the last deleted first, up to 200; null when "
            "they are not there for you.",
            rights="directory.manage in the page's company, for everybody's pages in every company.",
        ),
    )
    async def deleted_files(self, info: Info) -> list[File] | None:
        return await deleted_files_of(OwnerKind.GUIDE_PAGE, self.id, info)


async def files_of(kind: OwnerKind, id: strawberry.ID, info: Info) -> list[File] | None:
    rows = await info.context.files_of[kind].load(to_uuid(id, "id"))
    return None if rows is None else [File.from_row(row) for row in rows]


async def deleted_files_of(kind: OwnerKind, id: strawberry.ID, info: Info) -> list[File] | None:
    rows = await info.context.deleted_files_of[kind].load(to_uuid(id, "id"))
    return None if rows is None else [File.from_row(row) for row in rows]
