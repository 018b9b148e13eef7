"""What one service listens to: which events, the part of them that it reads, and what it does with them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import TypeAdapter

from chassis.broker import Sharing, Subscription
from chassis.database import UnitOfWork
from chassis.events import Envelope

F = TypeVar("F")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Delivery(Generic[F]):
    """An event with the part of its data that the handler reads."""

    event: Envelope
    data: F


EventHandler: TypeAlias = Callable[[Delivery[F], UnitOfWork, T], Awaitable[None]]


class Subscriptions(Generic[T]):
    """`T` is what the handlers need beside the unit of work."""

    def __init__(self) -> None:
        self._handlers: dict[tuple[str, str], list[tuple[TypeAdapter[Any], EventHandler[Any, T]]]] = {}

    def on(self, source: str, kind: str, reads: type[F]) -> Callable[[EventHandler[F, T]], EventHandler[F, T]]:
        """Registers the decorated function for events `kind` (`noun.verb.v1`) of `source`, read as a `reads`.

        There may be several for one kind; they share the unit of work, and none may count on another's turn.
        """

        def register(handler: EventHandler[F, T]) -> EventHandler[F, T]:
            self._handlers.setdefault((source, kind), []).append((TypeAdapter(reads), handler))
            return handler

        return register

    def for_group(self, group: str) -> list[Subscription]:
        """One subscription per source. Processes share the work: a consumer needs no more than each subject's order."""
        sources = sorted({source for source, _ in self._handlers})
        return [
            Subscription(
                group=group,
                source=source,
                types=frozenset(t for s, t in self._handlers if s == source),
                sharing=Sharing.SPREAD,
            )
            for source in sources
        ]

    async def dispatch(self, event: Envelope, work: UnitOfWork, tools: T) -> None:
        for reads, handler in self._handlers[event.source, event.type]:
            await handler(Delivery(event, reads.validate_python(event.data)), work, tools)
