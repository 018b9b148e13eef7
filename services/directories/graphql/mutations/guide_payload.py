"""The payload of mutations that change one page of the guide, and what they have in common."""

from collections.abc import Awaitable
from uuid import UUID

import strawberry

from chassis.errors import Refusal
from chassis.graphql.inputs import given
from chassis.graphql.refusals import UserError, user_error
from services.directories.domain.guide_texts import TextChange
from services.directories.graphql.context import Context
from services.directories.graphql.types.guide_page import GuidePage
from services.directories.usecases.guide_changes import StalePage


@strawberry.input(description="What a page shall say in one language; what is left out stays.")
class GuideTextInput:
    locale: str = strawberry.field(description="BCP 47 tag, for example de or de-AT.")
    title: str | None = strawberry.field(
        default=strawberry.UNSET, description="Up to 200 characters; null takes this language away."
    )
    text: str | None = strawberry.field(
        default=strawberry.UNSET, description="Markdown, up to 100 000 bytes of UTF-8; null empties it."
    )


@strawberry.type(description="What came of a change to the guide.")
class GuidePagePayload:
    page: GuidePage | None = strawberry.field(
        description="The page after the change; on CONFLICT of versions as it is now; null when it is not there."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


async def guide_payload(change: Awaitable[UUID], context: Context) -> GuidePagePayload:
    try:
        return GuidePagePayload(page=await _page(await change, context), errors=[])
    except StalePage as refusal:
        return GuidePagePayload(page=await _page(refusal.page_id, context), errors=[user_error(refusal)])
    except Refusal as refusal:
        return GuidePagePayload(page=None, errors=[user_error(refusal)])


def to_guide_texts(texts: list[GuideTextInput] | None) -> list[TextChange]:
    return [given(each) for each in texts or ()]


async def _page(page_id: UUID, context: Context) -> GuidePage | None:
    found = (await context.guide.tree(drafts=True)).by_id.get(page_id)
    return None if found is None else GuidePage(page=found, with_drafts=True)
