"""The texts of directory entries as something to translate."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVarTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, literal, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.access import ActorKind, Companies
from chassis.database import UnitOfWork
from chassis.errors import Invalid
from chassis.rowsecurity import among
from services.directories.domain import rules
from services.directories.domain.entries import Kind, Text
from services.directories.domain.events import DirectoryEntryChanged
from services.directories.domain.texts import differences
from services.directories.domain.translation import Coverage, Source, State, Translation, digest
from services.directories.persistence.history import record
from services.directories.persistence.rows import EntryRow, TranslationRow
from services.directories.persistence.translatable import Place
from services.directories.persistence.translation_source import read_source_locale, source_locale

Columns = TypeVarTuple("Columns")
_Source: Final = aliased(TranslationRow, name="source")
_FIELDS: Final = ("name", "description")
_IS_SOURCE: Final = and_(_Source.entry_id == EntryRow.id, _Source.locale == source_locale())
_NEVER_TOUCHED: Final = and_(  # by a person: only what a machine wrote may a machine replace
    TranslationRow.state == State.STALE.value,
    TranslationRow.engine.is_not(None),
    TranslationRow.reviewed_at.is_(None),
)


class EntryTranslations:
    kinds = frozenset(kind.value for kind in Kind)

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def coverage(
        self, kinds: Collection[str], locales: Collection[str] | None, companies: Companies
    ) -> list[Coverage]:
        mine = (EntryRow.kind.in_(kinds), EntryRow.active, _among(companies))
        totals = select(EntryRow.kind, func.count().label("number")).where(*mine).group_by(EntryRow.kind)
        total = {row.kind: row.number for row in await self._session.execute(totals)}
        counted = select(EntryRow.kind, TranslationRow.locale, TranslationRow.state, func.count())
        counted = counted.join(TranslationRow, TranslationRow.entry_id == EntryRow.id).where(*mine)
        if locales is not None:
            counted = counted.where(TranslationRow.locale.in_(locales))
        found: dict[tuple[str, str], dict[State, int]] = {}
        for kind, locale, state, number in await self._session.execute(
            counted.group_by(EntryRow.kind, TranslationRow.locale, TranslationRow.state)
        ):
            found.setdefault((locale, kind), {})[State(state)] = number
        asked = sorted({locale for locale, _ in found}) if locales is None else locales
        return [
            Coverage(kind=kind, locale=locale, total=total[kind], by_state=found.get((locale, kind), {}))
            for locale in asked
            for kind in sorted(total)
        ]

    async def to_review(
        self,
        kinds: Collection[str],
        locale: str | None,
        states: Collection[State],
        companies: Companies,
        after: Place | None,
        limit: int,
    ) -> list[Translation]:
        place = (EntryRow.kind, EntryRow.id, TranslationRow.locale)
        statement = _waiting(_TRANSLATIONS, kinds, locale, states, companies).order_by(*place).limit(limit)
        if after is not None:
            statement = statement.where(tuple_(*place) > tuple_(*map(literal, after)))
        return [_translation(*row) for row in await self._session.execute(statement)]

    async def count_to_review(
        self, kinds: Collection[str], locale: str | None, states: Collection[State], companies: Companies
    ) -> int:
        counted = (
            select(func.count()).select_from(TranslationRow).join(EntryRow, TranslationRow.entry_id == EntryRow.id)
        )
        return await self._session.scalar(_waiting(counted, kinds, locale, states, companies)) or 0

    async def find(self, owner_id: UUID, locale: str, companies: Companies) -> Translation | None:
        wanted = (EntryRow.id == owner_id, TranslationRow.locale == locale, _among(companies), _NOT_SOURCE)
        row = (await self._session.execute(_TRANSLATIONS.where(*wanted))).one_or_none()
        return None if row is None else _translation(*row)

    async def untranslated(self, kinds: Collection[str], locale: str) -> list[tuple[str, UUID]]:
        statement = _untranslated(select(EntryRow.kind, EntryRow.id), locale)
        order = (EntryRow.kind, EntryRow.sort_order, EntryRow.id)
        found = await self._session.execute(statement.where(EntryRow.kind.in_(kinds), EntryRow.active).order_by(*order))
        return [(kind, owner) for kind, owner in found]

    async def sources(self, owners: Collection[UUID], locale: str) -> dict[UUID, Source]:
        statement = _untranslated(select(EntryRow.kind, _Source), locale).where(EntryRow.id.in_(owners))
        return {
            row.entry_id: Source(
                kind=kind, owner_id=row.entry_id, texts=_texts(row), digest=digest(row.name, row.description)
            )
            for kind, row in await self._session.execute(statement)
        }

    async def write(
        self, owner_id: UUID, locale: str, texts: Mapping[str, str], engine: str | None, work: UnitOfWork
    ) -> None:
        if texts.keys() - {*_FIELDS}:
            raise Invalid(f"An entry has only these texts: {', '.join(_FIELDS)}.", field=("texts",))
        values = {
            "name": rules.checked(rules.name, texts.get("name"), "name"),
            "description": rules.checked(rules.description, texts.get("description"), "description"),
            **await self._stand(owner_id, engine, work),
        }
        before = await self._present(owner_id, locale)
        statement = insert(TranslationRow).values(entry_id=owner_id, locale=locale, **values)
        keys = [TranslationRow.entry_id, TranslationRow.locale]
        await self._session.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))
        written = {locale: Text(values["name"], values["description"])}
        await self._tell(owner_id, "EDITED" if engine is None else "TRANSLATED", differences(before, written), work)

    async def approve(self, owner_id: UUID, locale: str, work: UnitOfWork) -> None:
        stand = await self._stand(owner_id, None, work)
        stand.pop("engine")  # it stays known what made it
        await self._session.execute(update(TranslationRow).where(*_at(owner_id, locale)).values(**stand))

    async def remove(self, owner_id: UUID, locale: str, work: UnitOfWork) -> None:
        before = await self._present(owner_id, locale)
        await self._session.execute(delete(TranslationRow).where(*_at(owner_id, locale)))
        await self._tell(owner_id, "EDITED", differences(before, {}), work)

    async def _present(self, owner_id: UUID, locale: str) -> dict[str, Text]:
        wanted = select(TranslationRow.name, TranslationRow.description).where(*_at(owner_id, locale))
        row = (await self._session.execute(wanted)).one_or_none()
        return {} if row is None else {locale: Text(row.name, row.description)}

    async def _stand(self, owner_id: UUID, engine: str | None, work: UnitOfWork) -> dict[str, Any]:
        reviewed = engine is None
        person = work.actor.kind is not ActorKind.SYSTEM
        return {
            "state": (State.REVIEWED if reviewed else State.MACHINE).value,
            "source_hash": await source_hash(self._session, owner_id),
            "engine": engine,
            "reviewed_by": work.actor.id if reviewed and person else None,
            "reviewed_at": datetime.now(UTC) if reviewed else None,
        }

    async def _tell(
        self, owner_id: UUID, operation: str, changes: Mapping[str, tuple[Any, Any]], work: UnitOfWork
    ) -> None:
        entry = await self._session.get_one(EntryRow, owner_id)
        entry.version += 1
        entry.sequence += 1
        record(entry, operation, changes, work)
        fact = DirectoryEntryChanged(entry_id=entry.id, kind=entry.kind)
        work.emit(fact, subject=entry.id, company=entry.company_id, sequence=entry.sequence)


async def source_hash(session: AsyncSession, entry_id: UUID) -> str | None:
    """Of the entry's text in the language of the installation; None where it has none."""
    mine = (TranslationRow.entry_id == entry_id, TranslationRow.locale == source_locale())
    row = (await session.execute(select(TranslationRow.name, TranslationRow.description).where(*mine))).one_or_none()
    return None if row is None else digest(*row)


async def settle(session: AsyncSession, entry_id: UUID, written: Collection[str]) -> None:
    """After people wrote in some locales: what they wrote is of the present source, and others may no longer be."""
    mine, present = TranslationRow.entry_id == entry_id, await source_hash(session, entry_id)
    fresh = (mine, TranslationRow.locale.in_(written))
    await session.execute(update(TranslationRow).where(*fresh).values(source_hash=present))
    if await read_source_locale(session) in written:
        others = (mine, TranslationRow.locale.not_in(written), TranslationRow.source_hash.is_distinct_from(present))
        await session.execute(update(TranslationRow).where(*others).values(state=State.STALE.value))


_NOT_SOURCE: Final[ColumnElement[bool]] = TranslationRow.locale != source_locale()
_TRANSLATIONS: Final = (
    select(EntryRow, TranslationRow, _Source)
    .join(TranslationRow, TranslationRow.entry_id == EntryRow.id)
    .outerjoin(_Source, _IS_SOURCE)
)


def _among(companies: Companies) -> ColumnElement[bool]:
    return among(EntryRow.company_id, companies)


def _waiting(
    statement: Select[*Columns],
    kinds: Collection[str],
    locale: str | None,
    states: Collection[State],
    companies: Companies,
) -> Select[*Columns]:
    wanted = statement.where(
        EntryRow.kind.in_(kinds), TranslationRow.state.in_([state.value for state in states]), _among(companies),
        _NOT_SOURCE,
    )  # fmt: skip
    return wanted if locale is None else wanted.where(TranslationRow.locale == locale)


def _untranslated(statement: Select[*Columns], locale: str) -> Select[*Columns]:
    here = and_(TranslationRow.entry_id == EntryRow.id, TranslationRow.locale == locale)
    joined = statement.join(_Source, _IS_SOURCE).outerjoin(TranslationRow, here)
    return joined.where(_Source.locale != locale, or_(TranslationRow.locale.is_(None), _NEVER_TOUCHED))


def _at(owner_id: UUID, locale: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return TranslationRow.entry_id == owner_id, TranslationRow.locale == locale


def _translation(entry: EntryRow, row: TranslationRow, source: TranslationRow | None) -> Translation:
    return Translation(
        kind=entry.kind,
        owner_id=entry.id,
        label=entry.code,
        locale=row.locale,
        state=State(row.state),
        texts=_texts(row),
        source=None if source is None else _texts(source),
        engine=row.engine,
    )


def _texts(row: TranslationRow) -> dict[str, str]:
    return {"name": row.name} | ({} if row.description is None else {"description": row.description})
