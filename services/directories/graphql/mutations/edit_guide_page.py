"""Changing a page of the guide."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, given, to_uuid
from chassis.graphql.rights import described
from services.directories.domain import permissions
from services.directories.graphql.context import Context, Info
from services.directories.graphql.mutations.guide_payload import (
    GuidePagePayload,
    GuideTextInput,
    guide_payload,
    to_guide_texts,
)
from services.directories.usecases.edit_guide_page import EditGuidePage, edit_guide_page

_FIELDS = ("order", "active", "parent_id")


@strawberry.input(
    description="Changes to a page of the guide; what is left out stays. Texts go to the draft, all else holds at once."
)
class EditGuidePageInput:
    id: strawberry.ID = strawberry.field(description="The page.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    translations: list[GuideTextInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Texts; languages that are left out stay as they are."
    )
    parent_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The page above it; null puts it at the top."
    )
    order: int | None = strawberry.field(
        default=strawberry.UNSET, description="Its place among its neighbours; from 0."
    )
    active: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether readers see it, and what is below it."
    )


PageChanges = Annotated[EditGuidePageInput, strawberry.argument(description="What shall be otherwise.")]


@strawberry.type
class EditGuidePageMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Changes a page of the guide; one for everybody takes the permission in every company.",
            rights="directory.manage in the page's company; for everybody's pages in every company.",
        ),
    )
    async def edit_guide_page(self, info: Info, input: PageChanges) -> GuidePagePayload | None:
        return await guide_payload(_edit(input, info.context), info.context)


async def _edit(source: EditGuidePageInput, context: Context) -> UUID:
    fields: dict[str, Any] = {name: value for name, value in given(source).items() if name in _FIELDS}
    if fields.get("parent_id") is not None:
        fields["parent_id"] = to_uuid(fields["parent_id"], "parent_id")
    command = EditGuidePage(
        page_id=to_uuid(source.id, "id"),
        expected_version=source.expected_version,
        fields=fields,
        texts=to_guide_texts(source.translations or None),
    )
    async with context.work() as work:
        return await edit_guide_page(command, work)
