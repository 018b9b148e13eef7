"""Small copies of other services' things: filled by a snapshot, refreshed by events, looked up on a miss.

Each row carries the version of its source, and an older version never overwrites a newer one, so the three ways may
cross one another in any order.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Table,
    TableValuedAlias,
    Uuid,
    column,
    func,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database, UnitOfWork
from chassis.errors import Fault
from chassis.peers import Peer
from chassis.publication import Row
from chassis.tables import ProjectionRow

T = TypeVar("T")
_PAGE = 500
_SNAPSHOT_SECONDS = 30
_REMEMBERED = 10_000


class Projection:
    """The copy of `name` (as its owner publishes it) in `table`, which has at least `id` and `version`."""

    def __init__(self, name: str, table: type[DeclarativeBase], owner: Peer, database: Database) -> None:
        mapped = table.__table__
        if not isinstance(mapped, Table):
            raise TypeError(f"{table} is not mapped to a table")
        self.name = name
        self._table = mapped
        self._owner = owner
        self._database = database
        self._seen: dict[UUID, None] = {}
        self._filled = False
        self._actor = Actor.system(f"projection of {name}", EVERY_COMPANY)
        self._upsert = _upsert(mapped)

    async def fill(self) -> None:
        """Takes the owner's whole snapshot, once in the life of this database; continues where it was interrupted."""
        if self._filled:
            return
        cursor, self._filled = await self._progress()
        while not self._filled:
            rows = await self._page(cursor)
            last = len(rows) < _PAGE
            cursor = UUID(rows[-1]["id"]) if rows else cursor
            async with self._database.work(self._actor) as work:
                await self.store(rows, work.session)
                await _note(self.name, cursor, work.session, filled=last)
            self._filled = last

    async def differences(self) -> tuple[int, list[UUID]]:
        """How many things the owner has, and the ids of those that are missing or different here, or not its own."""
        theirs = {row["id"]: self._values(row) async for row in self._snapshot()}
        async with self._database.read(self._actor) as session:
            ours = {str(row.id): dict(row._mapping) for row in await session.execute(select(self._table))}  # noqa: SLF001  # SQLAlchemy's public name
        differing = [key for key in theirs.keys() | ours.keys() if theirs.get(key) != ours.get(key)]
        return len(theirs), [UUID(key) for key in differing]

    async def _snapshot(self) -> AsyncIterator[Row]:
        after: UUID | None = None
        while True:
            rows = await self._page(after)
            for row in rows:
                yield row
            if len(rows) < _PAGE:
                return
            after = UUID(rows[-1]["id"])

    async def _page(self, after: UUID | None) -> list[Row]:
        rows: list[Row] = await self._owner.ask(
            f"snapshots/{self.name}", {"after": after, "limit": _PAGE}, timeout=_SNAPSHOT_SECONDS
        )
        return rows

    async def ensure(self, ids: Collection[UUID], *, in_sight: ColumnElement[bool] | None = None) -> None:
        """Asks the owner for those of `ids` that are not here. Unknown ones stay absent.

        With `in_sight`, what is here and out of a caller's sight is asked for as well: it takes as long as what is
        absent, and no clock tells that it is there.
        """
        wanted = set(ids) - (self._seen.keys() if in_sight is None else set())
        missing = await self._missing(self._table.c.id, wanted, in_sight)
        if in_sight is None:
            self._remember(wanted - missing)
        if missing:
            await self._take({"ids": [str(each) for each in missing]})

    async def ensure_codes(self, codes: Collection[str], *, in_sight: ColumnElement[bool] | None = None) -> None:
        """The same for things that have a code."""
        if missing := await self._missing(self._table.c.code, set(codes), in_sight):
            await self._take({"codes": sorted(missing)})

    async def _missing(self, column: Column[Any], wanted: set[Any], in_sight: ColumnElement[bool] | None) -> set[Any]:
        if not wanted:
            return set()
        known = select(column).where(column == func.any(list(wanted)), true() if in_sight is None else in_sight)
        async with self._database.read(self._actor) as session:
            return wanted - set(await session.scalars(known))

    async def refresh(self, ids: Collection[UUID], session: AsyncSession | None = None) -> None:
        """Asks the owner for the present state of `ids`, here or not.

        Inside a unit of work hand over its `session`: the state is stored with it, and no second connection is waited
        for while the first is held.
        """
        asked = {"ids": [str(each) for each in ids]}
        if session is None:
            await self._take(asked)
        else:
            await self.store(await self._look_up(asked), session)

    async def store(self, rows: Sequence[Row], session: AsyncSession) -> None:
        """Inserts `rows` or updates older versions of them; columns that the table does not have are left out."""
        if not rows:
            return
        await session.execute(self._upsert, [self._values(row) for row in rows])

    async def apply(self, subject: UUID, version: int, changes: Row, session: AsyncSession) -> None:
        """Takes over what the event number `version` of `subject` tells: `changes` are columns with their new values.

        A thing that is not here is asked of its owner, who knows the event and all before it. An event older than
        what is here changes nothing.
        """
        here = self._table.c.id == subject
        newer = update(self._table).where(here, self._table.c.version < version).values(**changes, version=version)
        if await session.scalar(newer.returning(self._table.c.id)) is not None:
            return
        if await session.scalar(select(self._table.c.id).where(here)) is None:
            await self.store(await self._look_up({"ids": [str(subject)]}), session)

    def follow(self, subject: UUID, version: int, work: UnitOfWork) -> None:
        """Takes over that the event number `version` of `subject` changed nothing here; the last one is written, with
        those of other things, when `work` ends.
        """
        note = work.last.get(self)
        if not isinstance(note, _Versions):
            note = work.last[self] = _Versions(self._table, self._take_in)
        note.newest[subject] = max(version, note.newest.get(subject, 0))

    async def _take_in(self, ids: list[UUID], session: AsyncSession) -> None:
        await self.store(await self._look_up({"ids": [str(each) for each in ids]}), session)

    async def find_through(
        self, find: Callable[[Collection[UUID]], Awaitable[Mapping[UUID, T]]], ids: Sequence[UUID]
    ) -> list[T | Fault | None]:
        """What `find` tells of each of `ids`; those it does not know are looked up and then asked for once more.

        When the owner does not answer, the Fault stands in their place, and in theirs only.
        """
        found: dict[UUID, T | Fault] = {**await find(ids)}
        if missing := [each for each in ids if each not in found]:
            try:
                await self.ensure(missing)
            except Fault as fault:
                found |= dict.fromkeys(missing, fault)
            else:
                found |= await find(missing)
        return [found.get(each) for each in ids]

    def _remember(self, ids: set[UUID]) -> None:
        """What was here once stays here; remembering it saves the question."""
        self._seen.update(dict.fromkeys(ids))
        while len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]

    async def _take(self, asked: dict[str, list[str]]) -> None:
        """The same statements, whatever is found."""
        rows = await self._look_up(asked)
        ids = [UUID(row["id"]) for row in rows]
        known = select(self._table.c.id, self._table.c.version).where(self._table.c.id == func.any(ids))
        async with self._database.work(self._actor) as work:
            here = {row.id: row.version for row in await work.session.execute(known)}
            newer = [row for row in rows if row["version"] > here.get(UUID(row["id"]), -1)]
            await self.store(newer, work.session)

    async def _look_up(self, asked: dict[str, list[str]]) -> list[Row]:
        """In questions of a page's length each."""
        rows: list[Row] = []
        for by, wanted in asked.items():
            for start in range(0, len(wanted), _PAGE):
                rows += await self._owner.ask(f"lookups/{self.name}", {by: wanted[start : start + _PAGE]})
        return rows

    def _values(self, row: Row) -> dict[str, Any]:
        return {c.name: _python(row[c.name], c.type) for c in self._table.c}

    async def _progress(self) -> tuple[UUID | None, bool]:
        async with self._database.read(self._actor) as session:
            row = await session.get(ProjectionRow, self.name)
        return (None, False) if row is None else (row.cursor, row.filled_at is not None)


class _Versions:
    """The newest versions of things of which nothing else has changed. `take_in` is for those that are not here."""

    def __init__(self, table: Table, take_in: Callable[[list[UUID], AsyncSession], Awaitable[None]]) -> None:
        self.newest: dict[UUID, int] = {}
        self._table = table
        self._take_in = take_in

    async def write(self, session: AsyncSession) -> None:
        told = _told_versions(self.newest)
        here = self._table.c
        newer = update(self._table).where(here.id == told.c.id, here.version < told.c.version)
        await session.execute(newer.values(version=told.c.version))
        known = set(await session.scalars(select(here.id).where(here.id == func.any(list(self.newest)))))
        if missing := sorted(self.newest.keys() - known):
            await self._take_in(missing, session)


def _told_versions(newest: Mapping[UUID, int]) -> TableValuedAlias:
    ids, versions = literal(list(newest), ARRAY(Uuid())), literal(list(newest.values()), ARRAY(BigInteger()))
    told = func.unnest(ids, versions).table_valued(column("id", Uuid()), column("version", BigInteger()), name="told")
    return told.render_derived()


def _upsert(table: Table) -> Insert:
    """Made once and run with any number of rows: a statement that lists its rows is compiled anew each time."""
    statement = insert(table)
    changed = {c.name: statement.excluded[c.name] for c in table.c if not c.primary_key}
    newer = table.c.version < statement.excluded.version
    return statement.on_conflict_do_update(index_elements=[table.c.id], set_=changed, where=newer)


def _python(value: Any, column: TypeEngine[Any]) -> Any:
    """JSON has no ids and no times; the table's column says what the text stands for."""
    if isinstance(value, list) and isinstance(column, ARRAY):
        return [_python(each, column.item_type) for each in value]
    if isinstance(value, str) and column.python_type is UUID:
        return UUID(value)
    if isinstance(value, str) and column.python_type in (date, datetime):
        return column.python_type.fromisoformat(value)
    return value


async def _note(name: str, cursor: UUID | None, session: AsyncSession, *, filled: bool) -> None:
    values = {"cursor": cursor, "filled_at": datetime.now(UTC) if filled else None}
    statement = insert(ProjectionRow).values(name=name, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=[ProjectionRow.name], set_=values))
