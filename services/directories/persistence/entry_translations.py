"""The texts of directory entries as something to translate."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias, TypeVarTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.access import ActorKind, Companies
from chassis.database import UnitOfWork
from chassis.errors import Invalid
from chassis.paging import Place, SortKey, paged
from chassis.rowsecurity import among
from services.directories.domain import rules
from services.directories.domain.entries import Kind, Text
from services.directories.domain.texts import differences
from services.directories.domain.translation import Coverage, Operation, Source, State, Translation, digest
from services.directories.persistence.entries import Entries, claim
from services.directories.persistence.history import advance, record
from services.directories.persistence.rows import EntryRow, TranslationRow
from services.directories.persistence.translation_settling import source_hash
from services.directories.persistence.translation_source import source_locale

Columns = TypeVarTuple("Columns")
Kept: TypeAlias = dict[str, tuple[Text, str]]  # what is there in one locale, and its state
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

    async def claim(self) -> None:
        await claim(self._session)

    async def written(self, kinds: Collection[str], companies: Companies) -> set[str]:
        mine = (EntryRow.kind.in_(kinds), EntryRow.active, _among(companies))
        found = select(TranslationRow.locale).distinct().join(EntryRow, TranslationRow.entry_id == EntryRow.id)
        return set(await self._session.scalars(found.where(*mine)))

    async def coverage(self, kinds: Collection[str], locales: Collection[str], companies: Companies) -> list[Coverage]:
        mine = (EntryRow.kind.in_(kinds), EntryRow.active, _among(companies))
        totals = select(EntryRow.kind, func.count().label("number")).where(*mine).group_by(EntryRow.kind)
        total = {row.kind: row.number for row in await self._session.execute(totals)}
        columns = (EntryRow.kind, TranslationRow.locale, TranslationRow.state)
        counted = select(*columns, func.count()).join(TranslationRow, TranslationRow.entry_id == EntryRow.id)
        asked = counted.where(*mine, TranslationRow.locale.in_(locales)).group_by(*columns)
        found: dict[tuple[str, str], dict[State, int]] = {}
        for kind, locale, state, number in await self._session.execute(asked):
            found.setdefault((locale, kind), {})[State(state)] = number
        return [
            Coverage(kind=kind, locale=locale, total=total[kind], by_state=found.get((locale, kind), {}))
            for locale in locales
            for kind in sorted(total)
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
        keys = (SortKey(EntryRow.kind), SortKey(EntryRow.id), SortKey(TranslationRow.locale))
        statement = paged(_waiting(_TRANSLATIONS, kinds, locale, states, companies), keys, first, after)
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
                kind=kind,
                owner_id=row.entry_id,
                locale=row.locale,
                texts=_texts(row),
                digest=digest(row.name, row.description),
            )
            for kind, row in await self._session.execute(statement)
        }

    async def write(
        self, owner_id: UUID, locale: str, texts: Mapping[str, str], engine: str | None, work: UnitOfWork
    ) -> None:
        if texts.keys() - {*_FIELDS}:
            raise Invalid(f"An entry has only these texts: {', '.join(_FIELDS)}.", field=("texts",))
        text = Text(
            rules.checked(rules.name, texts.get("name"), "name"),
            rules.checked(rules.description, texts.get("description"), "description"),
        )
        before = await self._present(owner_id, locale)
        await Entries(self._session).write_texts(owner_id, {locale: text}, _person(work), engine)
        operation = Operation.CORRECTED if engine is None else Operation.TRANSLATED
        await self._tell(owner_id, operation, before, await self._present(owner_id, locale), work)

    async def approve(self, owner_id: UUID, locale: str, work: UnitOfWork) -> None:
        before = await self._present(owner_id, locale)
        values = {
            "state": State.REVIEWED.value,
            "source_hash": await source_hash(self._session, owner_id),
            "reviewed_by": _person(work),
            "reviewed_at": datetime.now(UTC),
        }
        await self._session.execute(update(TranslationRow).where(*_at(owner_id, locale)).values(values))
        entry = await self._session.get_one(EntryRow, owner_id)
        record(entry, Operation.APPROVED.value, _changes(before, await self._present(owner_id, locale)), work)

    async def remove(self, owner_id: UUID, locale: str, work: UnitOfWork) -> None:
        before = await self._present(owner_id, locale)
        await Entries(self._session).drop_texts(owner_id, [locale])
        await self._tell(owner_id, Operation.REJECTED, before, {}, work)

    async def _present(self, owner_id: UUID, locale: str) -> Kept:
        columns = (TranslationRow.name, TranslationRow.description, TranslationRow.state)
        row = (await self._session.execute(select(*columns).where(*_at(owner_id, locale)))).one_or_none()
        return {} if row is None else {locale: (Text(row.name, row.description), row.state)}

    async def _tell(self, owner_id: UUID, operation: Operation, before: Kept, after: Kept, work: UnitOfWork) -> None:
        entry = await self._session.get_one(EntryRow, owner_id)
        advance(entry, operation.value, _changes(before, after), work)


def _person(work: UnitOfWork) -> UUID | None:
    return None if work.actor.kind is ActorKind.SYSTEM else work.actor.id


def _changes(before: Kept, after: Kept) -> dict[str, tuple[str | None, str | None]]:
    """What history tells of texts and of their states, as `{"name.de": (before, after), "state.de": ...}`."""
    texts = [{locale: text for locale, (text, _) in kept.items()} for kept in (before, after)]
    found = differences(*texts)
    for locale in before.keys() | after.keys():
        states = [kept[locale][1] if locale in kept else None for kept in (before, after)]
        if states[0] != states[1]:
            found[f"state.{locale}"] = (states[0], states[1])
    return found


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
