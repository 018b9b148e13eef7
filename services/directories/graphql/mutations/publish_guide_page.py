"""Publishing the draft of a page of the guide."""

from typing import Annotated
from uuid import UUID

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid
from chassis.graphql.rights import described
from services.directories.domain import permissions
from services.directories.graphql.context import Context, Info
from services.directories.graphql.mutations.guide_payload import GuidePagePayload, guide_payload
from services.directories.usecases.publish_guide_page import PublishGuidePage, publish_guide_page


@strawberry.input(description="The page whose draft readers shall see.")
class PublishGuidePageInput:
    id: strawberry.ID = strawberry.field(description="The page.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    note: str | None = strawberry.field(default=None, description="What is new, up to 500 characters.")
    include_unread: bool = strawberry.field(
        default=False,
        description="Also translations by machine that nobody has reviewed; without it they wait in the draft.",
    )


Published = Annotated[PublishGuidePageInput, strawberry.argument(description="Which page.")]


@strawberry.type
class PublishGuidePageMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Makes the draft of a page its next version, which readers see from then on; "
            "translations by machine that nobody has reviewed only when you say so.",
            rights="directory.manage in the page's company; for everybody's pages in every company.",
        ),
    )
    async def publish_guide_page(self, info: Info, input: Published) -> GuidePagePayload | None:
        return await guide_payload(_publish(input, info.context), info.context)


async def _publish(source: PublishGuidePageInput, context: Context) -> UUID:
    command = PublishGuidePage(
        page_id=to_uuid(source.id, "id"),
        expected_version=source.expected_version,
        note=source.note,
        unread=source.include_unread,
    )
    async with context.work() as work:
        return await publish_guide_page(command, work)
