"""Keeping the guide: its drafts, what readers see, its versions and its history. Who may is decided before."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import ActorKind
from chassis.database import UnitOfWork
from chassis.identifiers import to_json
from services.directories.domain.guide_texts import Author, PageText, to_text
from services.directories.persistence.guide_rows import (
    GuideChangeRow,
    GuideDraftRow,
    GuidePageRow,
    GuideTextRow,
    GuideVersionRow,
)
from services.directories.persistence.guide_search import words

_LOCK: Final = 7_246_014
_TEXT: Final = ("title", "text", "state", "source_hash", "engine", "reviewed_by", "reviewed_at")


async def claim(session: AsyncSession) -> None:
    """Makes this the only transaction that changes the guide until it ends.

    Changes are rare; taking turns spares every race between a check and what follows it.
    """
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


async def write_drafts(page: GuidePageRow, texts: Mapping[str, PageText], work: UnitOfWork) -> None:
    """Adds or replaces the texts in these locales."""
    if not texts:
        return
    statement = insert(GuideDraftRow).values([_row(page, locale, text) for locale, text in texts.items()])
    replaced = {name: statement.excluded[name] for name in _TEXT}
    keys = [GuideDraftRow.page_id, GuideDraftRow.locale]
    await work.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=replaced))


async def drop_drafts(page: GuidePageRow, locales: Collection[str], work: UnitOfWork) -> None:
    mine = (GuideDraftRow.page_id == page.id, GuideDraftRow.locale.in_(locales))
    await work.session.execute(delete(GuideDraftRow).where(*mine))


async def drafts_of(page: GuidePageRow, session: AsyncSession) -> dict[str, PageText]:
    """Its texts that are being worked on, by locale."""
    return await _texts(GuideDraftRow, page, session)


async def shown(page: GuidePageRow, session: AsyncSession) -> dict[str, PageText]:
    """What readers see of it, by locale."""
    return await _texts(GuideTextRow, page, session)


async def show(page: GuidePageRow, texts: Mapping[str, PageText], plain: Mapping[str, str], work: UnitOfWork) -> None:
    """Puts these texts in the place of what readers saw so far; `plain` are their words alone."""
    await work.session.execute(delete(GuideTextRow).where(GuideTextRow.page_id == page.id))
    for locale, text in texts.items():
        found = {"plain": plain[locale], "words": words(locale, text.title, plain[locale])}
        await work.session.execute(insert(GuideTextRow).values(_row(page, locale, text) | found))


def keep_version(page: GuidePageRow, texts: Mapping[str, PageText], note: str | None, work: UnitOfWork) -> None:
    """Under the present number and time of `page`."""
    work.session.add(
        GuideVersionRow(
            page_id=page.id,
            number=page.number,
            company_id=page.company_id,
            published_at=page.published_at,
            actor_kind=work.actor.kind.value,
            actor_id=work.actor.id,
            note=note,
            texts=_json({locale: text.stored() for locale, text in texts.items()}),
        )
    )


def author(work: UnitOfWork) -> Author:
    return Author(work.actor.id if work.actor.kind is not ActorKind.SYSTEM else None, datetime.now(UTC))


def advance(page: GuidePageRow, operation: str, changes: Mapping[str, tuple[Any, Any]], work: UnitOfWork) -> None:
    """Raises the version, and writes under it what `operation` changed, as `{field: [before, after]}`."""
    page.version += 1
    work.session.add(
        GuideChangeRow(
            page_id=page.id,
            sequence=page.version,
            company_id=page.company_id,
            at=datetime.now(UTC),
            actor_kind=work.actor.kind.value,
            actor_id=work.actor.id,
            request_id=work.cause.request_id,
            operation=operation,
            changes=_json(changes),
        )
    )


async def slugs(company_id: UUID | None, session: AsyncSession) -> list[str]:
    """Those that a page of the company, or of everybody, must not take; everybody's among them."""
    own = select(GuidePageRow.slug).where(GuidePageRow.company_id.is_not_distinct_from(company_id))
    return list(await session.scalars(own.union(select(GuidePageRow.slug).where(GuidePageRow.company_id.is_(None)))))


async def _texts(
    row: type[GuideDraftRow] | type[GuideTextRow], page: GuidePageRow, session: AsyncSession
) -> dict[str, PageText]:
    columns = [getattr(row, name) for name in _TEXT]
    found = await session.execute(select(row.locale, *columns).where(row.page_id == page.id).order_by(row.locale))
    return {locale: to_text(dict(zip(_TEXT, told, strict=True))) for locale, *told in found}


def _row(page: GuidePageRow, locale: str, text: PageText) -> dict[str, Any]:
    return {"page_id": page.id, "locale": locale, "company_id": page.company_id, **text.stored()}


def _json(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value, default=to_json))
