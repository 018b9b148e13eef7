"""Taking an old version of a page of the guide as its draft."""

from typing import Annotated
from uuid import UUID

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid
from chassis.graphql.rights import described
from services.directories.domain import permissions
from services.directories.graphql.context import Context, Info
from services.directories.graphql.mutations.guide_payload import GuidePagePayload, guide_payload
from services.directories.usecases.revert_guide_page import RevertGuidePage, revert_guide_page


@strawberry.input(description="The version whose texts shall be the draft of its page.")
class RevertGuidePageInput:
    id: strawberry.ID = strawberry.field(description="The page.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    number: int = strawberry.field(description="The number of the published version to go back to.")


Reverted = Annotated[RevertGuidePageInput, strawberry.argument(description="Which page, and to which version.")]


@strawberry.type
class RevertGuidePageMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Replaces the draft of a page by an old version; readers see it when it is published.",
            rights="directory.manage in the page's company; for everybody's pages in every company.",
        ),
    )
    async def revert_guide_page(self, info: Info, input: Reverted) -> GuidePagePayload | None:
        return await guide_payload(_revert(input, info.context), info.context)


async def _revert(source: RevertGuidePageInput, context: Context) -> UUID:
    command = RevertGuidePage(
        page_id=to_uuid(source.id, "id"), expected_version=source.expected_version, number=source.number
    )
    async with context.work() as work:
        return await revert_guide_page(command, work)
