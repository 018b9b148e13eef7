"""What all changes of the guide have in common: who may make them, and what each leaves behind."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis.access import EVERY_COMPANY, ActorKind, within
from chassis.database import UnitOfWork
from chassis.errors import Denied, NotFound, StaleVersion
from services.directories.domain.guide_texts import Author, PageText
from services.directories.domain.permissions import MANAGE
from services.directories.persistence.guide_keeping import claim, record
from services.directories.persistence.guide_pages import GuidePages
from services.directories.persistence.guide_rows import GuidePageRow

_PERSONS = (ActorKind.USER, ActorKind.SERVICE_ACCOUNT)


class StalePage(StaleVersion):
    def __init__(self, expected: int, current: GuidePageRow) -> None:
        super().__init__(expected, current.version)
        self.page_id = current.id


class NeedsEveryCompany(Denied):
    def __init__(self) -> None:
        super().__init__(MANAGE)
        self.message = f"This page is everybody's: changing it needs the permission {MANAGE} in every company."


def require_manager(company_id: UUID | None, work: UnitOfWork) -> None:
    """Raises NeedsEveryCompany, Denied or NotFound."""
    managed = work.actor.companies(MANAGE)
    if company_id is None:
        if managed is not EVERY_COMPANY:
            raise NeedsEveryCompany
    elif not within(managed, company_id):
        if within(work.actor.anywhere(), company_id):
            raise Denied(MANAGE, field=("company_id",))
        raise NotFound("The company was", field=("company_id",))


async def hold(page_id: UUID, expected_version: int, work: UnitOfWork) -> GuidePageRow:
    """The page, which nobody else changes until the end of `work`. Raises NotFound, Denied or StalePage."""
    await claim(work.session)
    page = await find(page_id, work)
    if page.version != expected_version:
        raise StalePage(expected_version, page)
    return page


async def find(page_id: UUID, work: UnitOfWork) -> GuidePageRow:
    """Raises NotFound, or Denied for what the actor only reads."""
    pages = GuidePages(work.session, work.actor)
    page = await pages.find(page_id)
    if page is None:
        raise NotFound("The page was", field=("id",))
    managed = work.actor.companies(MANAGE)
    if managed is EVERY_COMPANY or (page.company_id is not None and within(managed, page.company_id)):
        return page
    if page.id not in (await pages.tree()).by_id:
        raise NotFound("The page was", field=("id",))
    raise NeedsEveryCompany if page.company_id is None else Denied(MANAGE)


def author(work: UnitOfWork) -> Author:
    return Author(work.actor.id if work.actor.kind in _PERSONS else None, datetime.now(UTC))


def advance(page: GuidePageRow, operation: str, changes: Mapping[str, tuple[Any, Any]], work: UnitOfWork) -> None:
    """Raises the version, and writes the history."""
    page.version += 1
    record(page, operation, changes, datetime.now(UTC), work)


def text_changes(before: Mapping[str, PageText], after: Mapping[str, PageText]) -> dict[str, tuple[Any, Any]]:
    """What the history tells of texts, by field and locale: titles as they are, of long texts how long they are."""
    found: dict[str, tuple[Any, Any]] = {}
    for locale in sorted(before.keys() | after.keys()):
        old, new = before.get(locale), after.get(locale)
        for name in ("title", "text", "state"):
            here, there = getattr(old, name, None), getattr(new, name, None)
            if here != there:
                found[f"{name}.{locale}"] = (_length(here), _length(there)) if name == "text" else (here, there)
    return found


def _length(text: str | None) -> int | None:
    return None if text is None else len(text)
