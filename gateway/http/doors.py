"""Who is let through to the engine: only who has signed in, or everybody."""

from typing import Protocol

import structlog

from gateway.authorization import Decision, Rules, decide
from gateway.executor import Answer, Engine
from gateway.http.call import Call
from gateway.http.request import check_method, read_request
from gateway.identity.contexts import SignedContexts
from gateway.identity.credentials import SessionCookie, find_credential
from gateway.identity.grants import Grants, SignedOut
from gateway.identity.languages import accepted_languages

_log = structlog.get_logger(__name__)


class Door(Protocol):
    """Answers a request with what its caller may have. Raises BadRequest, SignedOut, RequestErrors or Fault."""

    async def execute(self, call: Call) -> Answer: ...


class OpenDoor:
    """Everybody may ask everything: for a supergraph that is not the registry's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def execute(self, call: Call) -> Answer:
        asked = await read_request(call)
        prepared = self._engine.prepare(asked.query, asked.operation_name, asked.variables)
        check_method(call, prepared.operation.kind)
        return await self._engine.execute(prepared, headers=call.passed_on(), scope_key="")


class GuardedDoor:
    """Only who has signed in, only what their permissions allow; nobody else's body is even read."""

    def __init__(self, engine: Engine, grants: Grants, contexts: SignedContexts, cookie: SessionCookie) -> None:
        """Raises SupergraphError when the rules of the supergraph cannot be kept."""
        self._engine = engine
        self._grants = grants
        self._contexts = contexts
        self._cookie = cookie
        self._rules = Rules.of(engine.supergraph)

    async def execute(self, call: Call) -> Answer:
        credential = find_credential(call.headers, self._cookie)
        if credential is None:
            raise SignedOut
        if credential.is_cookie:
            call.check_not_forged()
        actor = await self._grants.actor(credential)
        asked = await read_request(call)
        prepared = self._engine.prepare(asked.query, asked.operation_name, asked.variables)
        check_method(call, prepared.operation.kind)
        decision = decide(prepared, self._rules, actor)
        _note_refusals(decision)
        context = self._contexts.of(actor, accepted_languages(call.headers.get("accept-language")))
        return await self._engine.execute(
            prepared,
            headers={**call.passed_on(), **context.headers},
            scope_key=context.key,
            removed=decision.removed,
            errors=decision.errors,
        )


def _note_refusals(decision: Decision) -> None:
    for error in decision.errors:
        _log.info("refused", path=error["path"], code=error["extensions"]["code"])
