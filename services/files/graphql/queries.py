"""Reading files."""

from typing import Annotated, Final

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.files.domain import permissions
from services.files.graphql.context import Info
from services.files.graphql.types.enums import FileKind
from services.files.graphql.types.file import File
from services.files.graphql.types.retention import FileRetention
from services.files.graphql.types.waiting import WaitingUpload
from services.files.persistence.retention import Retentions
from services.files.persistence.uploads import Uploads

_CHANGE: Final = [[permissions.EDIT], [permissions.MANAGE], [permissions.GUIDE]]


@strawberry.type
class Query:
    @strawberry.federation.field(
        authenticated=True,
        description=described(
            "One file; null when it is not there for you.",
            rights="incident.view in the company of its incident; restricted: members or incident.view_restricted. Of "
            "a company incident.view or access.manage there, of a page of the guide who reads the page.",
        ),
    )
    async def file(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> File | None:
        row = await info.context.files.load(to_uuid(id, "id"))
        return None if row is None else File.from_row(row)

    @strawberry.federation.field(
        requires_scopes=_CHANGE,
        authenticated=True,
        description=described(
            "Your uploads that were begun and not completed, the oldest first, up to 100; resumeUpload gives their "
            "links.",
            rights="incident.edit, access.manage or directory.manage in any company; one's own only, of what one sees.",
        ),
    )
    async def waiting_uploads(self, info: Info) -> list[WaitingUpload] | None:
        async with info.context.read() as session:
            rows = await Uploads(session, info.context.actor).waiting()
        return [WaitingUpload.from_row(row) for row in rows]

    @strawberry.field(
        directives=[CompanyScope(permission=permissions.VIEW, argument="companyId")],
        description=described(
            "How many days a company's deleted files can be brought back, for each kind; null when the company is not "
            "there for you.",
            rights="incident.view there.",
        ),
    )
    async def file_retention(
        self, info: Info, company_id: Annotated[strawberry.ID, strawberry.argument(description="The company.")]
    ) -> list[FileRetention] | None:
        company = to_uuid(company_id, "company_id")
        async with info.context.read() as session:
            said = (await Retentions(session, info.context.actor).of_companies([company])).get(company)
        if said is None:
            return None
        usual = info.context.retention_days
        return [FileRetention(kind=kind, days=said.get(kind.name, usual)) for kind in FileKind]
