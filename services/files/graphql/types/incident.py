"""What this service adds to an incident."""

from collections.abc import Callable
from typing import Self

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.files.domain import files, permissions
from services.files.domain.owners import OwnerKind
from services.files.graphql.context import Info
from services.files.graphql.types.file import File
from services.files.graphql.types.owners import deleted_files_of
from services.files.persistence.rows import FileRow


@strawberry.federation.type(keys=["id"], description="A registered information-security incident.")
class Incident:
    id: strawberry.ID = strawberry.field(description="Its id.")

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:
        """Nothing is looked up: what a caller may not see of an incident is hidden where it is shown."""
        return cls(id=id)

    @strawberry.field(
        description="Its main report: the one that may be had, or else the newest that is on its way; null when there "
        "is none, or the incident is not there for you."
    )
    async def report_file(self, info: Info) -> File | None:
        rows = await info.context.files_of[OwnerKind.INCIDENT].load(to_uuid(self.id, "id"))
        found = files.main_report(rows or [])
        return None if found is None else File.from_row(found)

    @strawberry.field(
        description="Its attachments and evidence, oldest first, up to 200; null when the incident is not there for "
        "you."
    )
    async def attachments(self, info: Info) -> list[File] | None:
        return await self._those(info, lambda row: row.kind != files.FileKind.MAIN_REPORT)

    @strawberry.field(
        description="The main reports that gave way to another one, oldest first; null when the incident is not there "
        "for you."
    )
    async def former_reports(self, info: Info) -> list[File] | None:
        return await self._those(info, lambda row: row.replaced_at is not None)

    @strawberry.field(
        directives=[CompanyScope(permission=permissions.DELETE)],
        description=described(
            "Its files that were deleted and can still be brought back, the last deleted first, up to 200; null when "
            "the incident is not there for you.",
            rights="incident.delete in its company; nothing of others is told.",
        ),
    )
    async def deleted_files(self, info: Info) -> list[File] | None:
        return await deleted_files_of(OwnerKind.INCIDENT, self.id, info)

    async def _those(self, info: Info, wanted: Callable[[FileRow], bool]) -> list[File] | None:
        rows = await info.context.files_of[OwnerKind.INCIDENT].load(to_uuid(self.id, "id"))
        return None if rows is None else [File.from_row(row) for row in rows if wanted(row)]
