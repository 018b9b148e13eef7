"""A service's database: read sessions and units of work, each bound to one actor.

Every transaction begins by telling PostgreSQL what the actor may reach, so that row-level security holds even where a
query forgot its own condition. What is told are the service's walls: a name (`view`) and what opens it, a permission
or a function of the actor. A transaction that was told nothing sees nothing.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Protocol, TypeAlias
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from chassis.access import EVERY_COMPANY, Actor, Companies, Everywhere
from chassis.engine import connected, connecting
from chassis.errors import Fault
from chassis.events import Fact
from chassis.identifiers import to_json, uuid7
from chassis.tables import EventRow

VIEW = "view"
# As it is: SQLAlchemy would look through it for each transaction, and has nothing to add.
_TELL: Final = "select set_config(name, value, true) is null from unnest($1::text[], $2::text[]) as told (name, value)"
Wall: TypeAlias = str | Callable[[Actor], Companies]


class ReadSession(AsyncSession):
    """A session of a read-only transaction; a type of its own so that no writer takes it by mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What a change is traced back by: the request, its W3C trace, and the id of the event that gave rise to it."""

    request_id: str | None = None
    traceparent: str | None = None
    causation_id: UUID | None = None


OWN_ACCORD: Final = Cause()


class LastNote(Protocol):
    """What a unit of work gathers, to write it with one statement at its end."""

    async def write(self, session: AsyncSession) -> None: ...


@dataclass(kw_only=True)
class UnitOfWork:
    """One transaction that changes things: its session, who changes them, and the facts that go with the change."""

    session: AsyncSession
    actor: Actor
    cause: Cause = OWN_ACCORD
    emitted: int = field(default=0, init=False)
    afterwards: list[Callable[[], None]] = field(default_factory=list, init=False)  # called once it is committed
    last: dict[Any, "LastNote"] = field(default_factory=dict, init=False)  # written before the commit, by who keeps it

    def emit(self, fact: Fact, *, subject: UUID, company: UUID | None, sequence: int, restricted: bool = False) -> None:
        """Stores `fact` (a dataclass) as the event number `sequence` of `subject`, in this transaction."""
        self.emitted += 1
        self.session.add(
            EventRow(
                event_id=uuid7(),
                type=fact.type,
                subject=subject,
                company_id=company,
                sequence=sequence,
                restricted=restricted,
                request_id=self.cause.request_id,
                traceparent=self.cause.traceparent,
                causation_id=self.cause.causation_id,
                data=orjson.loads(orjson.dumps(fact, default=to_json)),
            )
        )


class Database:
    """Opens read sessions and units of work. `walls` maps each wall's name to what opens it."""

    def __init__(self, engine: AsyncEngine, walls: Mapping[str, Wall]) -> None:
        self.engine = engine
        self._walls = dict(walls)
        self._reads = async_sessionmaker(engine, class_=ReadSession, expire_on_commit=False, autoflush=False)
        self._writes = async_sessionmaker(engine, expire_on_commit=False)
        self._committed: list[Callable[[], None]] = []

    def when_emitted(self, call: Callable[[], None]) -> None:
        """`call` runs after each commit that stored events; the relay of this process wakes by it."""
        self._committed.append(call)

    @asynccontextmanager
    async def read(self, actor: Actor, *, through: Collection[str] = (VIEW,)) -> AsyncIterator[ReadSession]:
        """Only the walls named by `through` are opened; those that the service does not have are nothing to open.

        A name stands for all walls that begin with it: `view` for `view_restricted` too.
        """
        async with self._reads() as session, session.begin():
            opened = {wall: opens for wall, opens in self._walls.items() if wall.partition("_")[0] in through}
            await self._tell(session, actor, opened, "on")
            yield session

    @asynccontextmanager
    async def work(self, actor: Actor, cause: Cause = OWN_ACCORD) -> AsyncIterator[UnitOfWork]:
        """Commits when the block ends, rolls back when it raises."""
        async with self._writes() as session, session.begin():
            await self._tell(session, actor, self._walls, "off")
            unit = UnitOfWork(session=session, actor=actor, cause=cause)
            yield unit
            for note in unit.last.values():
                await note.write(session)
        for call in (*unit.afterwards, *(self._committed if unit.emitted else ())):
            call()

    async def ping(self) -> None:
        """Raises Fault when the database does not answer."""
        try:
            async with connected(self.engine) as connection:
                await connection.execute(text("select 1"))
        except SQLAlchemyError as error:
            raise Fault("database", "does not answer") from error

    async def close(self) -> None:
        await self.engine.dispose()

    async def _tell(self, session: AsyncSession, actor: Actor, walls: Mapping[str, Wall], read_only: str) -> None:
        told = {"transaction_read_only": read_only}
        for wall, opens in walls.items():
            companies = actor.companies(opens) if isinstance(opens, str) else opens(actor)
            told[f"app.{wall}_all"] = "on" if companies is EVERY_COMPANY else ""
            told[f"app.{wall}_companies"] = "" if isinstance(companies, Everywhere) else _listed(companies)
        async with connecting():
            connection = await session.connection()
            await connection.exec_driver_sql(_TELL, (list(told), list(told.values())))


@lru_cache(maxsize=256)
def _listed(companies: frozenset[UUID]) -> str:
    """Remembered, because two thousand take a millisecond, and are the same for each transaction of a caller."""
    return ",".join(map(str, companies))
