"""Reading which incidents were deleted."""

from typing import Annotated

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuids
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.deleted import DeletedIncident, page_of_deleted
from services.incidents.persistence.deleted import Deleted


@strawberry.type
class DeletedQueries:
    @strawberry.field(
        directives=[CompanyScope(permission=permissions.DELETE, argument="companyIds")],
        description=described(
            "The incidents that were deleted and are not purged yet, last deleted first.",
            rights="incident.delete and incident.view in the company of each; restricted: members or "
            "incident.view_restricted.",
        ),
    )
    async def deleted_incidents(
        self,
        info: Info,
        company_ids: Annotated[
            list[strawberry.ID] | None, strawberry.argument(description="Only of these companies.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[DeletedIncident] | None:
        companies = None if company_ids is None else to_uuids(company_ids, "company_ids")
        page, behind = page_of_deleted(first, after, last, before)
        async with info.context.read() as session:
            rows = await Deleted(session, info.context.actor, companies).page(page.first, behind)

        async def count() -> int:
            async with info.context.read() as session:
                return await Deleted(session, info.context.actor, companies).count()

        nodes = [(DeletedIncident.from_row(row, info.context.retention), (row.deleted_at, row.id)) for row in rows]
        return page.connection(Connection[DeletedIncident], nodes, count)
