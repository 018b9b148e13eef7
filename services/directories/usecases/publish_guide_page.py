"""Publishing the draft of a page: it becomes a version that never changes, and what readers see."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from services.directories.domain import guide_rules, rules
from services.directories.domain.guide_events import GuidePublished
from services.directories.domain.guide_markdown import plain
from services.directories.persistence import guide_keeping
from services.directories.persistence.guide_pages import GuidePages
from services.directories.persistence.guide_rows import GuidePageRow
from services.directories.usecases.guide_changes import advance, hold


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishGuidePage:
    page_id: UUID
    expected_version: int
    note: str | None = None


async def publish_guide_page(command: PublishGuidePage, work: UnitOfWork) -> UUID:
    """The page's id. Raises NotFound, Denied, StalePage, or Invalid where there is nothing new."""
    note = rules.checked(guide_rules.note, command.note, "note")
    page = await hold(command.page_id, command.expected_version, work)
    if not page.draft_changed:
        raise Invalid("The draft is what is published already.", field=("id",))
    await publish(page, note, work)
    return page.id


async def publish(page: GuidePageRow, note: str | None, work: UnitOfWork) -> None:
    before = page.number
    page.number, page.published_at, page.draft_changed = (before or 0) + 1, datetime.now(UTC), False
    page.sequence += 1
    texts = (await GuidePages(work.session, work.actor).drafts([page.id]))[page.id]
    words = {locale: await asyncio.to_thread(plain, text.text) for locale, text in texts.items()}
    await guide_keeping.show(page, texts, words, work)
    guide_keeping.keep_version(page, texts, note, work)
    advance(page, "PUBLISHED", {"number": (before, page.number), **({"note": (None, note)} if note else {})}, work)
    fact = GuidePublished(page_id=page.id, slug=page.slug, number=page.number, locales=sorted(texts))
    work.emit(fact, subject=page.id, company=page.company_id, sequence=page.sequence)
