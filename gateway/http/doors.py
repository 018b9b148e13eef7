"""Who is let through to the engine: only who has signed in, or everybody."""

from dataclasses import dataclass, field
from typing import Protocol

import structlog

from chassis.access import Actor
from gateway.authorization import Decision, NoPolicies, Policies, Rules, decide
from gateway.executor import Answer, Engine, Terms, located
from gateway.http.call import Call
from gateway.http.following import Following, Unrestricted, execute, follow, single
from gateway.http.listeners import Listeners
from gateway.http.metrics import DENIED
from gateway.http.reading import Question, Reading
from gateway.http.rights import CallersRights
from gateway.identity.contexts import SignedContexts
from gateway.identity.credentials import Credential, SessionCookie, find_credential
from gateway.identity.grants import Grants, SignedOut
from gateway.identity.languages import accepted_languages
from gateway.operation import Budgets

_log = structlog.get_logger(__name__)


class Door(Protocol):
    """Answers a request with what its caller may have. Raises BadRequest, SignedOut, RequestErrors or Fault."""

    @property
    def engine(self) -> Engine: ...

    @property
    def listeners(self) -> Listeners:
        """Who listens through this door."""
        ...

    async def admit(self, call: Call) -> None:
        """Raises BadRequest, SignedOut or Fault for a caller who may ask nothing at all."""
        ...

    async def execute(self, call: Call) -> Answer:
        """The answer to a query or a mutation."""
        ...

    async def listen(self, call: Call) -> Following:
        """The answers to any operation."""
        ...


class OpenDoor:
    """Everybody may ask everything: for a supergraph that is not the registry's."""

    def __init__(self, engine: Engine, reading: Reading, listeners: Listeners) -> None:
        self.engine = engine
        self.listeners = listeners
        self._reading = reading

    async def admit(self, call: Call) -> None:
        """Everybody may."""

    async def execute(self, call: Call) -> Answer:
        question = await self._question(call, streamed=False)
        return await execute(self.engine, question.prepared, _open_terms(call))

    async def listen(self, call: Call) -> Following:
        question = await self._question(call, streamed=True)
        return follow(self.engine, question.prepared, Unrestricted(_open_terms(call)), self.listeners)

    async def _question(self, call: Call, *, streamed: bool) -> Question:
        question = await self._reading.question(call, self.engine, streamed=streamed)
        self._reading.note(question)
        return question


def _open_terms(call: Call) -> Terms:
    return Terms(headers=call.passed_on(), scope_key="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restraint:
    """How far callers may go: their budgets, who decides policies, and whether one refusal refuses all."""

    budgets: Budgets
    policies: Policies = field(default_factory=NoPolicies)
    refuse_whole: bool = False


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and by what that is known."""

    credential: Credential
    actor: Actor


class GuardedDoor:
    """Only who has signed in, only what their permissions allow; nobody else's body is even read."""

    def __init__(
        self,
        engine: Engine,
        reading: Reading,
        grants: Grants,
        contexts: SignedContexts,
        cookie: SessionCookie,
        restraint: Restraint,
        listeners: Listeners,
    ) -> None:
        """Raises SupergraphError when the rules of the supergraph cannot be kept."""
        self.engine = engine
        self.listeners = listeners
        self._reading = reading
        self._grants = grants
        self._contexts = contexts
        self._cookie = cookie
        self._restraint = restraint
        self._rules = Rules.of(engine.supergraph)

    async def admit(self, call: Call) -> None:
        await self._caller(call)

    async def execute(self, call: Call) -> Answer:
        caller = await self._caller(call)
        question = await self._question(call, caller, streamed=False)
        terms = self._terms(call, question, caller.actor)
        refusal = self._begin(question, terms)
        return refusal or await execute(self.engine, question.prepared, terms)

    async def listen(self, call: Call) -> Following:
        caller = await self._caller(call)
        question = await self._question(call, caller, streamed=True)
        rights = CallersRights(
            caller.actor,
            ask=lambda: self._grants.actor(caller.credential),
            judge=lambda actor: self._terms(call, question, actor),
        )
        refusal = self._begin(question, rights.begun)
        if refusal is not None:
            return single(question.prepared.operation.kind, refusal)
        return follow(self.engine, question.prepared, rights, self.listeners)

    async def _caller(self, call: Call) -> Caller:
        credential = find_credential(call.headers, self._cookie)
        if credential is None:
            raise SignedOut
        if credential.is_cookie:
            call.check_not_forged()
        return Caller(credential, await self._grants.actor(credential))

    async def _question(self, call: Call, caller: Caller, *, streamed: bool) -> Question:
        question = await self._reading.question(call, self.engine, streamed=streamed)
        self._restraint.budgets.spend(str(caller.actor.id), question.prepared.cost)
        return question

    def _terms(self, call: Call, question: Question, actor: Actor) -> Terms:
        decision: Decision = decide(question.prepared, self._rules, actor, self._restraint.policies)
        context = self._contexts.of(actor, accepted_languages(call.headers.get("accept-language")))
        return Terms(
            headers=call.passed_on(),
            headers_for=context.headers,
            scope_key=context.key,
            removed=decision.removed,
            errors=decision.errors,
        )

    def _begin(self, question: Question, terms: Terms) -> Answer | None:
        """The answer, if all is refused."""
        for error in terms.errors:
            _log.info("refused", path=error["path"], code=error["extensions"]["code"])
            DENIED.add(error["extensions"]["code"])
        if terms.errors and self._restraint.refuse_whole:
            return Answer(None, located(terms.errors, None))
        self._reading.note(question, terms.removed)
        return None
