"""One wall after the other taken away from a running registry, to see what those that are left hold alone."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Final

import pytest

from chassis.access import EVERY_COMPANY, Actor, ActorKind, Companies
from chassis.database import Database
from chassis.runtime import Runtime
from gateway.authorization import Decision

_TELLING: Final[ContextVar[bool]] = ContextVar("telling", default=False)


def let_everything_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway decides nothing; what it signs of its callers stays true."""
    monkeypatch.setattr("gateway.http.doors.decide", lambda *_: Decision())


def open_the_tables(monkeypatch: pytest.MonkeyPatch, runtimes: Mapping[str, Runtime]) -> None:
    """Row-level security lets every transaction see and change everything."""
    for runtime in runtimes.values():
        monkeypatch.setattr(runtime.database, "_walls", dict.fromkeys(runtime.database._walls, _everywhere))


def leave_the_tables_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gateway and services believe that everybody may do everything; only row-level security is told the truth."""
    companies, anywhere, tell = Actor.companies, Actor.anywhere, Database._tell

    def believed(self: Actor, permission: str) -> Companies:
        return companies(self, permission) if _knows(self) else EVERY_COMPANY

    def believed_anywhere(self: Actor) -> Companies:
        return anywhere(self) if _knows(self) else EVERY_COMPANY

    async def truthful(*given: Any) -> None:
        token = _TELLING.set(True)
        try:
            await tell(*given)
        finally:
            _TELLING.reset(token)

    monkeypatch.setattr(Actor, "companies", believed)
    monkeypatch.setattr(Actor, "anywhere", believed_anywhere)
    monkeypatch.setattr(Database, "_tell", truthful)


def _knows(actor: Actor) -> bool:
    return _TELLING.get() or actor.kind is ActorKind.SYSTEM


def _everywhere(_: Actor) -> Companies:
    return EVERY_COMPANY
