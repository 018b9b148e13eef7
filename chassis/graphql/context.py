"""What resolvers get in every service: who asks, and sessions in their name; each service adds its loaders."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar, overload

from chassis.access import Actor
from chassis.database import Cause, Database, ReadSession, UnitOfWork
from chassis.graphql.reading import SharedReads

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class GraphRequest:
    """Who asks, and what the changes they make are traced back by."""

    actor: Actor
    cause: Cause


class Made(Generic[M]):
    """What a context has for one request, mostly loaders: made of it when first asked for, and anew after a change."""

    def __init__(self, make: Callable[[Any], M]) -> None:
        self._make = make

    @overload
    def __get__(self, context: None, _: type) -> Self: ...
    @overload
    def __get__(self, context: "RequestContext", _: type) -> M: ...
    def __get__(self, context: "RequestContext | None", _: type) -> Self | M:
        if context is None:
            return self
        if self not in context.made:
            context.made[self] = self._make(context)
        found: M = context.made[self]
        return found


class RequestContext:
    """Of one request. What it has is told by the class, and `made` is as much of it as was needed by now."""

    def __init__(self, request: GraphRequest, database: Database) -> None:
        self.actor = request.actor
        self.made: dict[Made[Any], Any] = {}
        self._cause = request.cause
        self._database = database
        self._reads = SharedReads(lambda: database.read(self.actor))

    def read(self) -> AbstractAsyncContextManager[ReadSession]:
        """Shared by all of the request who read at the same time; see chassis/graphql/reading.py."""
        return self._reads.read()

    @asynccontextmanager
    async def work(self) -> AsyncIterator[UnitOfWork]:
        """Afterwards nothing is answered from what was loaded before: a request may hold several mutations."""
        async with self._database.work(self.actor, self._cause) as work:
            yield work
        self.made.clear()
