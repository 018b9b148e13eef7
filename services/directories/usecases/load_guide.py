"""Putting in the guide of ours. Repeating it changes nothing, and what people have changed stays as it is."""

from uuid import UUID

from chassis.database import UnitOfWork
from services.directories.domain.guide_texts import TextChange
from services.directories.persistence.guide_defaults import SOURCE, DefaultPage, default_pages
from services.directories.persistence.guide_keeping import claim
from services.directories.persistence.guide_pages import GuidePages
from services.directories.usecases.create_guide_page import CreateGuidePage, create_guide_page
from services.directories.usecases.publish_guide_page import PublishGuidePage, publish_guide_page


async def load_guide(work: UnitOfWork) -> int:
    """How many pages were missing and are there now; `work` is of an actor who may change all of the guide."""
    await claim(work.session)
    tree = await GuidePages(work.session, work.actor).tree(drafts=True)
    known = {page.slug: page.id for page in tree.pages if page.company_id is None}
    missing = [page for page in default_pages() if page.slug not in known]
    for page in missing:
        known[page.slug] = await _load(page, known, work)
    return len(missing)


async def _load(page: DefaultPage, known: dict[str, UUID], work: UnitOfWork) -> UUID:
    texts: list[TextChange] = [
        {"locale": locale, "title": title, "text": text} for locale, (title, text) in page.texts.items()
    ]
    parent = None if page.parent is None else known[page.parent]
    command = CreateGuidePage(slug=page.slug, texts=texts, source_locale=SOURCE, parent_id=parent, order=page.order)
    page_id = await create_guide_page(command, work)
    return await publish_guide_page(PublishGuidePage(page_id=page_id, expected_version=1), work)
