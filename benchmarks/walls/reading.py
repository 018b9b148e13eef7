"""The service's repository at work for one caller, and the processor time of the PostgreSQL backend that serves it."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from benchmarks.walls.incidents import WATCHER, numbered
from chassis.access import Actor, ActorKind, Companies, Scope
from chassis.database import Database
from chassis.engine import new_engine
from services.incidents.app import WALLS
from services.incidents.domain import permissions
from services.incidents.persistence.filters import Filter
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.orders import Order

Question = Callable[[Incidents], Awaitable[Any]]
_PAGE: Final = 50


def page(order: Order = Order.REGISTERED_AT_DESC, wanted: Filter | None = None) -> Question:
    """A page of fifty, and the row that tells that there is more."""
    return lambda incidents: incidents.page(wanted or Filter(), [order], _PAGE, None)


def count(wanted: Filter | None = None) -> Question:
    return lambda incidents: incidents.count(wanted or Filter())


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds: of the backend's processor, and of the clock, which other programs lengthen."""

    processor: float
    clock: float


class Reader:
    """One connection, which keeps its prepared statements as the service's own connections do."""

    def __init__(self, url: str) -> None:
        self._database = Database(new_engine(url, connections=1, statement_seconds=600), WALLS)
        self._backend = 0

    async def ask(self, companies: Companies, question: Question) -> Taken:
        """What the statement costs, without what tells the transaction its walls."""
        scope = Scope({permissions.VIEW: companies})
        actor = Actor(id=numbered(WATCHER), kind=ActorKind.USER, name="Watcher", scope=scope)
        async with self._database.read(actor) as session:
            self._backend = self._backend or await session.scalar(text("select pg_backend_pid()"))
            before, began = self._used(), time.perf_counter()
            await question(Incidents(session, actor))
            return Taken(self._used() - before, (time.perf_counter() - began) * 1000)

    async def close(self) -> None:
        await self._database.close()

    def _used(self) -> float:
        """The system counts nanoseconds on a processor as the first word."""
        return int(Path(f"/proc/{self._backend}/schedstat").read_text(encoding="ascii").split()[0]) / 1e6
