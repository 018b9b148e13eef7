"""Reading the guide through the eyes of one actor."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, ScalarSelect, Select, Uuid, and_, any_, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor, Everywhere
from services.directories.domain.guide import Page, Tree
from services.directories.domain.guide_texts import PageText, to_stand, to_text
from services.directories.domain.permissions import MANAGE
from services.directories.persistence.guide_rows import GuideDraftRow, GuidePageRow, GuideTextRow

DRAFTS: Final = ("view", "manage")  # the walls to open for who looks at what is not published
_IDS: Final = ARRAY(Uuid())
_STAND: Final = ("title", "state", "source_hash", "engine", "reviewed_by", "reviewed_at")


class GuidePages:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def tree(self, *, drafts: bool = False) -> Tree:
        """Everything published that the actor sees; with `drafts` also what they manage, published or not.

        One statement. `drafts` needs a session with the walls DRAFTS.
        """
        stands = (
            func.coalesce(_stands(GuideTextRow), _stands(GuideDraftRow), type_=JSONB)
            if drafts
            else _stands(GuideTextRow)
        )
        statement = self._visible(GuidePageRow, drafts=drafts).add_columns(stands)
        return Tree.of([to_page(row, found) for row, found in await self._session.execute(statement)])

    async def find(self, page_id: UUID) -> GuidePageRow | None:
        wanted = self._visible(GuidePageRow, drafts=True).where(GuidePageRow.id == page_id)
        found: GuidePageRow | None = await self._session.scalar(wanted)
        return found

    async def texts(self, pages: Collection[UUID], locales: Collection[str], *, drafts: bool) -> dict[Any, str]:
        """The published Markdown of these pages in these languages, by page and locale."""
        statement = (
            self._visible(GuideTextRow.page_id, GuideTextRow.locale, GuideTextRow.text, drafts=drafts)
            .join(GuideTextRow, GuideTextRow.page_id == GuidePageRow.id)
            .where(GuidePageRow.id == any_(literal(list(pages), _IDS)), GuideTextRow.locale.in_(locales))
        )
        return {(row.page_id, row.locale): row.text for row in await self._session.execute(statement)}

    async def drafts(self, pages: Collection[UUID]) -> dict[UUID, dict[str, PageText]]:
        """The texts that are being worked on, of those pages that the actor manages, by locale."""
        mine = (managed_by(self._actor, GuideDraftRow.company_id), GuideDraftRow.page_id.in_(pages))
        found: dict[UUID, dict[str, PageText]] = {}
        for row in await self._session.scalars(select(GuideDraftRow).where(*mine).order_by(GuideDraftRow.locale)):
            found.setdefault(row.page_id, {})[row.locale] = to_text({**_told(row), "text": row.text})
        return found

    def _visible(self, *columns: Any, drafts: bool = False) -> Select[Any]:
        """Which pages there are for the actor is decided here and nowhere else."""
        published = and_(GuidePageRow.number.is_not(None), GuidePageRow.active, _seen_by(self._actor))
        managed = managed_by(self._actor, GuidePageRow.company_id)
        return select(*columns).select_from(GuidePageRow).where(or_(published, managed) if drafts else published)


def managed_by(actor: Actor, company: Any) -> ColumnElement[bool]:
    """What belongs to everybody is managed by who manages every company."""
    companies = actor.companies(MANAGE)
    return true() if isinstance(companies, Everywhere) else company == any_(literal(list(companies), _IDS))


def to_page(row: GuidePageRow, stands: dict[str, list[Any]] | None) -> Page:
    known = sorted((stands or {}).items())
    return Page(
        id=row.id,
        version=row.version,
        slug=row.slug,
        parent_id=row.parent_id,
        is_addition=row.is_addition,
        sort_order=row.sort_order,
        active=row.active,
        company_id=row.company_id,
        source_locale=row.source_locale,
        number=row.number,
        published_at=row.published_at,
        draft_changed=row.draft_changed,
        stands={locale: to_stand(dict(zip(_STAND, told, strict=True))) for locale, told in known},
    )


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    """Everybody's pages, and those of companies where the actor may do anything."""
    companies = actor.anywhere()
    if isinstance(companies, Everywhere):
        return true()
    return or_(GuidePageRow.company_id.is_(None), GuidePageRow.company_id == any_(literal(list(companies), _IDS)))


def _told(row: GuideDraftRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _STAND}


def _stands(row: type[GuideTextRow] | type[GuideDraftRow]) -> ScalarSelect[Any]:
    """What is known of each text of a page, by locale; the texts themselves stay where they are."""
    columns = func.jsonb_build_array(*(getattr(row, name) for name in _STAND))
    told = select(func.jsonb_object_agg(row.locale, columns, type_=JSONB)).where(row.page_id == GuidePageRow.id)
    return told.scalar_subquery()
