"""Going back to an old version of a page: its texts become the draft, which can be published as a new version."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import NotFound
from services.directories.domain.guide_history import text_changes
from services.directories.persistence import guide_keeping
from services.directories.persistence.guide_pages import GuidePages
from services.directories.persistence.guide_versions import GuideVersions
from services.directories.usecases.guide_changes import hold


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertGuidePage:
    page_id: UUID
    expected_version: int
    number: int


async def revert_guide_page(command: RevertGuidePage, work: UnitOfWork) -> UUID:
    """The page's id. Raises NotFound, Denied or StalePage. A draft that is the same already stays."""
    page = await hold(command.page_id, command.expected_version, work)
    after = await GuideVersions(work.session, work.actor).texts(page.id, command.number)
    if after is None:
        raise NotFound("The version was", field=("number",))
    before = (await GuidePages(work.session, work.actor).drafts([page.id])).get(page.id, {})
    if before != after:
        await guide_keeping.drop_drafts(page, before.keys() - after.keys(), work)
        await guide_keeping.write_drafts(page, after, work)
        page.draft_changed = command.number != page.number
        guide_keeping.advance(page, "REVERTED", {"number": (None, command.number), **text_changes(before, after)}, work)
    return page.id
