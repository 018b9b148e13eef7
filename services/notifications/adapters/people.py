"""Who gets something in their absence: what they may see at that moment, and how they are reached.

    person = (await people.find([id])).get(id)      # None for nobody
    person.actor.may("incident.view", company)

What is told is remembered for seconds: a right that was withdrawn counts no longer than that.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis.access import Actor, ActorKind, Scope
from chassis.errors import Fault
from chassis.peers import Peer

REMEMBERED_SECONDS: Final = 3.0
_REMEMBERED: Final = 2_000
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Person:
    """`email` is None for a service account; who is not `active` may see nothing."""

    actor: Actor
    email: str | None
    locale: str
    active: bool


class People:
    """Asks the service `access`. `clock` tells seconds."""

    def __init__(self, access: Peer, clock: Callable[[], float] = time.monotonic) -> None:
        self._access = access
        self._clock = clock
        self._known: OrderedDict[UUID, tuple[float, Person | None]] = OrderedDict()

    async def find(self, ids: Collection[UUID]) -> Mapping[UUID, Person]:
        """Those of `ids` that there are. Raises Fault."""
        now = self._clock()
        wanted = sorted({each for each in ids if self._until(each) <= now})
        for start in range(0, len(wanted), _AT_ONCE):
            await self._ask(wanted[start : start + _AT_ONCE], now)
        found = {each: self._known[each][1] for each in ids if each in self._known}
        self._forget()
        return {each: person for each, person in found.items() if person is not None}

    def _until(self, id: UUID) -> float:
        return self._known[id][0] if id in self._known else float("-inf")

    async def _ask(self, ids: list[UUID], now: float) -> None:
        told = await self._access.ask("people", {"ids": ids})
        try:
            people = {UUID(each["id"]): _person(each) for each in told}
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise Fault(self._access.name, "told of people in a way that is not understood") from error
        for each in ids:
            self._known[each] = (now + REMEMBERED_SECONDS, people.get(each))
            self._known.move_to_end(each)

    def _forget(self) -> None:
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


def _person(told: Mapping[str, Any]) -> Person:
    actor = Actor(
        id=UUID(told["id"]),
        kind=ActorKind(told["kind"]),
        name=told["name"],
        scope=Scope.from_claims(told["scope"]),
        locales=(told["locale"],),
    )
    return Person(actor, told["email"], told["locale"], told["active"])
