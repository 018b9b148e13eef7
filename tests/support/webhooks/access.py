"""The service `access` as webhooks ask it: who may do what at this moment."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chassis import access
from chassis.access import Actor


class People:
    """Tells of those who were made known; with `away`, nothing."""

    def __init__(self) -> None:
        self._known: dict[UUID, tuple[Actor, bool]] = {}
        self.away = False

    def know(self, actor: Actor, *, active: bool = True) -> Actor:
        self._known[actor.id] = (actor, active)
        return actor

    def grant(self, actor: Actor, held: Mapping[str, Iterable[UUID]], *, active: bool = True) -> None:
        scope = access.Scope({name: frozenset(companies) for name, companies in held.items()})
        known = Actor(id=actor.id, kind=actor.kind, name=actor.name, scope=scope)
        self.know(known, active=active)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        asked = [UUID(each) for each in (await request.json())["ids"]]
        found = [self._told(each) for each in asked if each in self._known]
        answer = (
            Response(status_code=503) if self.away else Response(orjson.dumps(found), media_type="application/json")
        )
        await answer(scope, receive, send)

    def _told(self, id: UUID) -> dict[str, Any]:
        actor, active = self._known[id]
        return {
            "id": str(id),
            "kind": actor.kind.value,
            "name": actor.name,
            "email": "ada@example.org",
            "locale": "en",
            "active": active,
            "scope": (actor.scope if active else access.Scope({})).to_claims(),
        }
