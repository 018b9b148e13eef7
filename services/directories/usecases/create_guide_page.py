"""Adding a page to the guide: for everybody, for one company, or as a company's addition to a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Conflict, Invalid
from chassis.identifiers import uuid7
from services.directories.domain import guide_rules, guide_texts, rules
from services.directories.domain.guide import MOST_PAGES, check_place
from services.directories.domain.guide_history import text_changes
from services.directories.domain.guide_texts import PageText, TextChange
from services.directories.persistence import guide_keeping
from services.directories.persistence.guide_pages import GuidePages, to_page
from services.directories.persistence.guide_rows import GuidePageRow
from services.directories.usecases.guide_changes import require_manager, tell


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateGuidePage:
    """`company_id` is None for everybody's; an addition needs a company, and a parent that it is added to."""

    slug: str
    texts: Sequence[TextChange]
    source_locale: str
    company_id: UUID | None = None
    parent_id: UUID | None = None
    is_addition: bool = False
    order: int = 0


async def create_guide_page(command: CreateGuidePage, work: UnitOfWork) -> UUID:
    """The new page's id; it has a draft that nobody reads yet. Raises Denied, NotFound, Invalid or Conflict."""
    require_manager(command.company_id, work)
    page, texts = _checked(command, work)
    await guide_keeping.claim(work.session)
    await _check_slug(page, work)
    tree = await GuidePages(work.session, work.actor).tree(drafts=True)
    check_place(tree.pages, to_page(page, {}), page.parent_id)
    if sum(each.company_id == page.company_id for each in tree.pages) >= MOST_PAGES:
        raise Invalid(f"The guide has {MOST_PAGES} pages, which is as many as it can have.")
    work.session.add(page)
    await work.session.flush()  # before what refers to it
    guide_keeping.advance(page, "CREATED", {"slug": (None, page.slug), **text_changes({}, texts)}, work)
    await guide_keeping.write_drafts(page, texts, work)
    tell(page, work, shown=False)
    return page.id


def _checked(command: CreateGuidePage, work: UnitOfWork) -> tuple[GuidePageRow, dict[str, PageText]]:
    if command.is_addition and command.company_id is None:
        raise Invalid("An addition belongs to a company: name it.", field=("company_id",))
    source = rules.locale(command.source_locale, "source_locale")
    page = GuidePageRow(
        id=uuid7(),
        version=0,
        sequence=0,
        slug=rules.checked(guide_rules.slug, command.slug, "slug"),
        parent_id=command.parent_id,
        is_addition=command.is_addition,
        sort_order=rules.checked(rules.number, command.order, "order"),
        active=True,
        company_id=command.company_id,
        source_locale=source,
        number=None,
        published_at=None,
        draft_changed=True,
    )
    return page, guide_texts.merge({}, command.texts, source, guide_keeping.author(work))


async def _check_slug(page: GuidePageRow, work: UnitOfWork) -> None:
    if page.slug in await guide_keeping.slugs(page.company_id, work.session):
        raise Conflict("Another page has this slug already.", field=("slug",))
