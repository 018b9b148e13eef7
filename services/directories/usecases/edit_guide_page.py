"""Changing a page of the guide: its texts in a draft, its place and whether it is shown at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from services.directories.domain import guide_texts, rules
from services.directories.domain.guide import PARENT, check_place
from services.directories.domain.guide_history import text_changes
from services.directories.domain.guide_texts import PageText, TextChange
from services.directories.domain.rules import Rule
from services.directories.persistence import guide_keeping
from services.directories.persistence.guide_pages import GuidePages, to_page
from services.directories.persistence.guide_rows import GuidePageRow
from services.directories.usecases.guide_changes import hold, telling_who_reads

_COLUMNS = {"order": "sort_order", "active": "active", PARENT: PARENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class EditGuidePage:
    """Of `fields`, `order`, `active` and `parent_id`, and of `texts` only what is there is touched."""

    page_id: UUID
    expected_version: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    texts: Sequence[TextChange] = ()


async def edit_guide_page(command: EditGuidePage, work: UnitOfWork) -> UUID:
    """The page's id. Raises NotFound, Denied, StalePage or Invalid. Without a change nothing is written."""
    page = await hold(command.page_id, command.expected_version, work)
    async with telling_who_reads(work):
        changes = await _place(page, command.fields, work)
    pages = GuidePages(work.session, work.actor)
    before = (await pages.drafts([page.id])).get(page.id, {})
    after = guide_texts.merge(before, command.texts, page.source_locale, guide_keeping.author(work))
    if before != after:
        await _write(page, before, after, work)
        page.draft_changed = True
    changes |= text_changes(before, after)
    if changes or before != after:
        guide_keeping.advance(page, "EDITED", changes, work)
    return page.id


async def _place(page: GuidePageRow, fields: Mapping[str, Any], work: UnitOfWork) -> dict[str, tuple[Any, Any]]:
    """What of the page's own fields changed."""
    values = {_COLUMNS[name]: rules.checked(_RULES[name], value, name) for name, value in fields.items()}
    if values.get(PARENT, page.parent_id) != page.parent_id:
        tree = await GuidePages(work.session, work.actor).tree(drafts=True)
        check_place(tree.pages, to_page(page, {}), values[PARENT])
    changes = {name: (getattr(page, name), value) for name, value in values.items() if getattr(page, name) != value}
    for name, value in values.items():
        setattr(page, name, value)
    return {"order" if name == "sort_order" else name: pair for name, pair in changes.items()}


async def _write(
    page: GuidePageRow, before: Mapping[str, PageText], after: Mapping[str, PageText], work: UnitOfWork
) -> None:
    await guide_keeping.drop_drafts(page, before.keys() - after.keys(), work)
    changed = {locale: text for locale, text in after.items() if before.get(locale) != text}
    await guide_keeping.write_drafts(page, changed, work)


def _as_given(value: UUID | None) -> UUID | None:
    return value


_RULES: Mapping[str, Rule] = {"order": rules.number, "active": rules.flag, PARENT: _as_given}
