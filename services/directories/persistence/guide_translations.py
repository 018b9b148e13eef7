"""The texts of guide pages as something to translate: those of the drafts, which readers get once published."""

from collections.abc import Collection, Mapping
from typing import Final, TypeVarTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.access import Companies
from chassis.database import UnitOfWork
from chassis.paging import Place, SortKey, paged
from chassis.rowsecurity import among
from services.directories.domain.guide_history import text_changes
from services.directories.domain.guide_texts import PageText, digest
from services.directories.domain.guide_translation import NAMES, approved, translated
from services.directories.domain.translation import Coverage, Operation, Source, State, Translation
from services.directories.persistence import guide_keeping
from services.directories.persistence.guide_rows import GuideDraftRow, GuidePageRow

Columns = TypeVarTuple("Columns")
KIND: Final = "guide_page"
_Source: Final = aliased(GuideDraftRow, name="source")
_IS_SOURCE: Final = and_(_Source.page_id == GuidePageRow.id, _Source.locale == GuidePageRow.source_locale)
_OF_PAGE: Final = GuideDraftRow.page_id == GuidePageRow.id
_NOT_SOURCE: Final = GuideDraftRow.locale != GuidePageRow.source_locale
_NEVER_TOUCHED: Final = and_(  # by a person: only what a machine wrote may a machine replace
    GuideDraftRow.state == State.STALE.value, GuideDraftRow.engine.is_not(None), GuideDraftRow.reviewed_at.is_(None)
)
_TRANSLATIONS: Final = (
    select(GuidePageRow, GuideDraftRow, _Source).join(GuideDraftRow, _OF_PAGE).join(_Source, _IS_SOURCE)
)


class GuideTranslations:
    """What it writes is a change of the draft, with its entry in the history of the page; readers see none of it."""

    kinds = frozenset({KIND})

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def claim(self) -> None:
        await guide_keeping.claim(self._session)

    async def written(self, kinds: Collection[str], companies: Companies) -> set[str]:
        found = select(GuideDraftRow.locale).distinct().join(GuidePageRow, _OF_PAGE)
        return set(await self._session.scalars(found.where(*_counted(kinds, companies))))

    async def coverage(self, kinds: Collection[str], locales: Collection[str], companies: Companies) -> list[Coverage]:
        mine = _counted(kinds, companies)
        total = await self._session.scalar(select(func.count()).select_from(GuidePageRow).where(*mine)) or 0
        states = (GuideDraftRow.locale, GuideDraftRow.state)
        asked = select(*states, func.count()).join(GuidePageRow, _OF_PAGE).where(*mine, states[0].in_(locales))
        found: dict[str, dict[State, int]] = {}
        for locale, state, number in await self._session.execute(asked.group_by(*states)):
            found.setdefault(locale, {})[State(state)] = number
        return [
            Coverage(kind=KIND, locale=locale, total=total, by_state=found.get(locale, {}))
            for locale in locales
            if total
        ]

    async def to_review(
        self,
        kinds: Collection[str],
        locale: str | None,
        states: Collection[State],
        companies: Companies,
        after: Place | None,
        first: int,
    ) -> list[Translation]:
        keys = (SortKey(literal(KIND, Text())), SortKey(GuidePageRow.id), SortKey(GuideDraftRow.locale))
        statement = paged(_waiting(_TRANSLATIONS, kinds, locale, states, companies), keys, first, after)
        return [_translation(*row) for row in await self._session.execute(statement)]

    async def count_to_review(
        self, kinds: Collection[str], locale: str | None, states: Collection[State], companies: Companies
    ) -> int:
        counted = select(func.count()).select_from(GuideDraftRow).join(GuidePageRow, _OF_PAGE)
        return await self._session.scalar(_waiting(counted, kinds, locale, states, companies)) or 0

    async def find(self, owner_id: UUID, locale: str, companies: Companies) -> Translation | None:
        wanted = (GuidePageRow.id == owner_id, GuideDraftRow.locale == locale, _among(companies), _NOT_SOURCE)
        row = (await self._session.execute(_TRANSLATIONS.where(*wanted))).one_or_none()
        return None if row is None else _translation(*row)

    async def untranslated(self, kinds: Collection[str], locale: str) -> list[tuple[str, UUID]]:
        wanted = (GuidePageRow.active, literal(KIND in kinds))
        order = (GuidePageRow.sort_order, GuidePageRow.id)
        statement = _untranslated(select(GuidePageRow.id), locale).where(*wanted).order_by(*order)
        return [(KIND, page) for page in await self._session.scalars(statement)]

    async def sources(self, owners: Collection[UUID], locale: str) -> dict[UUID, Source]:
        statement = _untranslated(select(_Source), locale).where(GuidePageRow.id.in_(owners))
        return {
            row.page_id: Source(
                kind=KIND,
                owner_id=row.page_id,
                locale=row.locale,
                texts=_texts(row),
                digest=digest(row.title, row.text),
            )
            for row in await self._session.scalars(statement)
        }

    async def write(
        self, owner_id: UUID, locale: str, texts: Mapping[str, str], engine: str | None, work: UnitOfWork
    ) -> None:
        page, before = await self._page(owner_id)
        made = translated(before[page.source_locale], texts, engine, guide_keeping.author(work))
        operation = Operation.CORRECTED if engine is None else Operation.TRANSLATED
        await self._keep(page, before, before | {locale: made}, operation, work)

    async def approve(self, owner_id: UUID, locale: str, work: UnitOfWork) -> None:
        page, before = await self._page(owner_id)
        good = approved(before[page.source_locale], before[locale], guide_keeping.author(work))
        await self._keep(page, before, before | {locale: good}, Operation.APPROVED, work)

    async def remove(self, owner_id: UUID, locale: str, work: UnitOfWork) -> None:
        page, before = await self._page(owner_id)
        after = {tag: text for tag, text in before.items() if tag != locale}
        await self._keep(page, before, after, Operation.REJECTED, work)

    async def _page(self, page_id: UUID) -> tuple[GuidePageRow, dict[str, PageText]]:
        page = await self._session.get_one(GuidePageRow, page_id, populate_existing=True)
        return page, await guide_keeping.drafts_of(page, self._session)

    async def _keep(
        self,
        page: GuidePageRow,
        before: Mapping[str, PageText],
        after: Mapping[str, PageText],
        operation: Operation,
        work: UnitOfWork,
    ) -> None:
        await guide_keeping.drop_drafts(page, before.keys() - after.keys(), work)
        await guide_keeping.write_drafts(
            page, {tag: text for tag, text in after.items() if before.get(tag) != text}, work
        )
        page.draft_changed = after != await guide_keeping.shown(page, self._session)
        guide_keeping.advance(page, operation.value, text_changes(before, after), work)


def _counted(kinds: Collection[str], companies: Companies) -> list[ColumnElement[bool]]:
    return [literal(KIND in kinds), GuidePageRow.active.is_(True), _among(companies)]


def _among(companies: Companies) -> ColumnElement[bool]:
    return among(GuidePageRow.company_id, companies)


def _waiting(
    statement: Select[*Columns],
    kinds: Collection[str],
    locale: str | None,
    states: Collection[State],
    companies: Companies,
) -> Select[*Columns]:
    wanted = statement.where(
        literal(KIND in kinds), GuideDraftRow.state.in_([state.value for state in states]), _among(companies),
        _NOT_SOURCE,
    )  # fmt: skip
    return wanted if locale is None else wanted.where(GuideDraftRow.locale == locale)


def _untranslated(statement: Select[*Columns], locale: str) -> Select[*Columns]:
    here = and_(_OF_PAGE, GuideDraftRow.locale == locale)
    joined = statement.select_from(GuidePageRow).join(_Source, _IS_SOURCE).outerjoin(GuideDraftRow, here)
    return joined.where(_Source.locale != locale, or_(GuideDraftRow.locale.is_(None), _NEVER_TOUCHED))


def _translation(page: GuidePageRow, row: GuideDraftRow, source: GuideDraftRow) -> Translation:
    return Translation(
        kind=KIND,
        owner_id=page.id,
        label=page.slug,
        locale=row.locale,
        state=State(row.state),
        texts=_texts(row),
        source=_texts(source),
        engine=row.engine,
    )


def _texts(row: GuideDraftRow) -> dict[str, str]:
    """An empty text is none."""
    return {name: text for name in NAMES if (text := getattr(row, name))}
