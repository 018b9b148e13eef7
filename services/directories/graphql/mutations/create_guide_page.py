"""Adding a page to the guide."""

from typing import Annotated
from uuid import UUID

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import Reference, to_uuid
from chassis.graphql.rights import described
from services.directories.domain import permissions
from services.directories.graphql.context import Context, Info
from services.directories.graphql.mutations.guide_payload import (
    GuidePagePayload,
    GuideTextInput,
    guide_payload,
    to_guide_texts,
)
from services.directories.usecases.create_guide_page import CreateGuidePage, create_guide_page


@strawberry.input(description="A new page of the guide. It is a draft until it is published.")
class CreateGuidePageInput:
    slug: str = strawberry.field(description="Small letters, digits and hyphens; it can never be changed.")
    translations: list[GuideTextInput] = strawberry.field(
        description="Its texts, the one in `sourceLocale` among them."
    )
    source_locale: str = strawberry.field(
        default="en", description="The language it is written in first, a BCP 47 tag; others are translations of it."
    )
    company_id: strawberry.ID | None = strawberry.field(
        default=None, description="The company whose people shall see it; everybody does when left out."
    )
    parent_id: strawberry.ID | None = strawberry.field(
        default=None, description="The page above it, or that it adds to; at the top when left out."
    )
    is_addition: bool = strawberry.field(
        default=False, description="Whether the company adds it to the page above, to be shown with that."
    )
    order: int = strawberry.field(default=0, description="Its place among its neighbours; from 0.")


NewPage = Annotated[CreateGuidePageInput, strawberry.argument(description="The new page.")]


@strawberry.type
class CreateGuidePageMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE, argument="input.companyId")],
        description=described(
            "Adds a page to the guide; one for everybody takes the permission in every company.",
            rights="directory.manage in the company; for a page for everybody in every company.",
        ),
    )
    async def create_guide_page(self, info: Info, input: NewPage) -> GuidePagePayload | None:
        return await guide_payload(_create(input, info.context), info.context)


async def _create(source: CreateGuidePageInput, context: Context) -> UUID:
    command = CreateGuidePage(
        slug=source.slug,
        texts=to_guide_texts(source.translations),
        source_locale=source.source_locale,
        company_id=await _company(source.company_id, context),
        parent_id=None if source.parent_id is None else to_uuid(source.parent_id, "parent_id"),
        is_addition=source.is_addition,
        order=source.order,
    )
    async with context.work() as work:
        return await create_guide_page(command, work)


async def _company(given: strawberry.ID | None, context: Context) -> UUID | None:
    """Raises Invalid for what is no id, NotFound for a company that is not there for the one who asks, or Fault."""
    if given is None:
        return None
    to_uuid(given, "company_id")
    return await context.company(Reference(id=given), "company_id")
