"""What all changes of the guide have in common: who may make them, and that they take turns."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import func, select

from chassis.access import EVERY_COMPANY, within
from chassis.database import UnitOfWork
from chassis.errors import Denied, NotFound, StaleVersion
from services.directories.domain.guide_events import GuidePageChanged
from services.directories.domain.permissions import MANAGE
from services.directories.persistence.guide_keeping import claim
from services.directories.persistence.guide_pages import GuidePages
from services.directories.persistence.guide_rows import GuidePageRow


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


@asynccontextmanager
async def telling_who_reads(work: UnitOfWork) -> AsyncIterator[None]:
    """Tells of each page that a change inside gives to readers or takes from them: those below the changed one too."""
    before = await _shown(work)
    yield
    await work.session.flush()
    after = await _shown(work)
    changed = select(GuidePageRow).where(GuidePageRow.id == func.any(list(before ^ after))).order_by(GuidePageRow.id)
    for page in await work.session.scalars(changed):
        tell(page, work, shown=page.id in after)


def tell(page: GuidePageRow, work: UnitOfWork, *, shown: bool) -> None:
    page.sequence += 1
    fact = GuidePageChanged(page_id=page.id, shown=shown)
    work.emit(fact, subject=page.id, company=page.company_id, sequence=page.sequence)


async def _shown(work: UnitOfWork) -> frozenset[UUID]:
    return (await GuidePages(work.session, work.actor).tree(drafts=True)).shown()
