"""What resolvers get in every service: who asks, and sessions in their name; each service adds its loaders."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from chassis.access import Actor
from chassis.database import Cause, Database, ReadSession, UnitOfWork


@dataclass(frozen=True, slots=True)
class GraphRequest:
    """Who asks, and what the changes they make are traced back by."""

    actor: Actor
    cause: Cause


class RequestContext(ABC):
    """Of one request. Whatever `load_anew` needs is there before this class is initialised."""

    def __init__(self, request: GraphRequest, database: Database) -> None:
        self.actor = request.actor
        self._cause = request.cause
        self._database = database
        self.load_anew()

    @abstractmethod
    def load_anew(self) -> None:
        """Makes the loaders, which have loaded nothing yet."""

    def read(self) -> AbstractAsyncContextManager[ReadSession]:
        return self._database.read(self.actor)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[UnitOfWork]:
        """Afterwards nothing is answered from what was loaded before: a request may hold several mutations."""
        async with self._database.work(self.actor, self._cause) as work:
            yield work
        self.load_anew()
