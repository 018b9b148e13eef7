"""Publishing the draft of a page: it becomes a version that never changes, and what readers see."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from services.directories.domain import guide_rules, rules
from services.directories.domain.guide_events import GuidePublished
from services.directories.domain.guide_markdown import plain
from services.directories.domain.guide_texts import PageText
from services.directories.domain.guide_translation import to_publish
from services.directories.persistence import guide_keeping
from services.directories.persistence.guide_rows import GuidePageRow
from services.directories.usecases.guide_changes import hold, telling_who_reads


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishGuidePage:
    """`unread`: also translations by machine that nobody has looked at; without it they wait in the draft."""

    page_id: UUID
    expected_version: int
    note: str | None = None
    unread: bool = False


async def publish_guide_page(command: PublishGuidePage, work: UnitOfWork) -> UUID:
    """The page's id. Raises NotFound, Denied, StalePage, or Invalid where there is nothing new."""
    note = rules.checked(guide_rules.note, command.note, "note")
    page = await hold(command.page_id, command.expected_version, work)
    if not page.draft_changed:
        raise Invalid("The draft is what is published already.", field=("id",))
    draft = await guide_keeping.drafts_of(page, work.session)
    shown = await guide_keeping.shown(page, work.session)
    texts = to_publish(draft, shown, page.source_locale, unread=command.unread)
    if texts == shown:
        raise Invalid(
            "All that is new was translated by machine and read by nobody: review it first, or publish it unread.",
            field=("id",),
        )
    async with telling_who_reads(work):
        await _publish(page, texts, note, work)
    page.draft_changed = texts != draft
    return page.id


async def _publish(page: GuidePageRow, texts: Mapping[str, PageText], note: str | None, work: UnitOfWork) -> None:
    before = page.number
    page.number, page.published_at = (before or 0) + 1, datetime.now(UTC)
    page.sequence += 1
    words = {locale: await asyncio.to_thread(plain, text.text) for locale, text in texts.items()}
    await guide_keeping.show(page, texts, words, work)
    guide_keeping.keep_version(page, texts, note, work)
    changes = {"number": (before, page.number), **({"note": (None, note)} if note else {})}
    guide_keeping.advance(page, "PUBLISHED", changes, work)
    fact = GuidePublished(page_id=page.id, slug=page.slug, number=page.number, locales=sorted(texts))
    work.emit(fact, subject=page.id, company=page.company_id, sequence=page.sequence)
