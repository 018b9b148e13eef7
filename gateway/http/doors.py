"""Who is let through to the engine: only who has signed in, or everybody."""

from dataclasses import dataclass, field
from typing import Protocol

import structlog

from gateway.authorization import Decision, NoPolicies, Policies, Rules, decide
from gateway.executor import Answer, Engine
from gateway.http.call import Call
from gateway.http.documents import Documents
from gateway.http.request import MOST_BODY, check_method, read_request
from gateway.http.usage import Usage, Use
from gateway.identity.contexts import SignedContexts
from gateway.identity.credentials import SessionCookie, find_credential
from gateway.identity.grants import Grants, SignedOut
from gateway.identity.languages import accepted_languages
from gateway.operation import Budgets, Prepared

_log = structlog.get_logger(__name__)


class Door(Protocol):
    """Answers a request with what its caller may have. Raises BadRequest, SignedOut, RequestErrors or Fault."""

    @property
    def engine(self) -> Engine: ...

    async def execute(self, call: Call) -> Answer: ...


class Reading:
    """What both doors do alike: from requests to documents that may be executed, and noting which are asked."""

    def __init__(self, documents: Documents, usage: Usage, *, most_body: int = MOST_BODY) -> None:
        """A body has at most `most_body` bytes."""
        self._documents = documents
        self._usage = usage
        self._most_body = most_body

    async def question(self, call: Call, engine: Engine) -> "Question":
        """Raises BadRequest and RequestErrors."""
        asked = await read_request(call, self._most_body)
        text = self._documents.text(asked)
        prepared = engine.prepare(text, asked.operation_name, asked.variables)
        check_method(call, prepared.operation.kind)
        self._documents.remember(asked)
        return Question(text, asked.operation_name, prepared)

    def note(self, question: "Question", removed: frozenset[int] = frozenset()) -> None:
        self._usage.note(Use(question.text, question.operation_name, question.prepared.decided, removed))


@dataclass(frozen=True, slots=True)
class Question:
    """A request with its document in whole."""

    text: str
    operation_name: str | None
    prepared: Prepared


class OpenDoor:
    """Everybody may ask everything: for a supergraph that is not the registry's."""

    def __init__(self, engine: Engine, reading: Reading) -> None:
        self.engine = engine
        self._reading = reading

    async def execute(self, call: Call) -> Answer:
        question = await self._reading.question(call, self.engine)
        self._reading.note(question)
        return await self.engine.execute(question.prepared, headers=call.passed_on(), scope_key="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restraint:
    """How far callers may go: their budgets, who decides policies, and whether one refusal refuses all."""

    budgets: Budgets
    policies: Policies = field(default_factory=NoPolicies)
    refuse_whole: bool = False


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
    ) -> None:
        """Raises SupergraphError when the rules of the supergraph cannot be kept."""
        self.engine = engine
        self._reading = reading
        self._grants = grants
        self._contexts = contexts
        self._cookie = cookie
        self._restraint = restraint
        self._rules = Rules.of(engine.supergraph)

    async def execute(self, call: Call) -> Answer:
        credential = find_credential(call.headers, self._cookie)
        if credential is None:
            raise SignedOut
        if credential.is_cookie:
            call.check_not_forged()
        actor = await self._grants.actor(credential)
        question = await self._reading.question(call, self.engine)
        self._restraint.budgets.spend(str(actor.id), question.prepared.cost)
        decision = decide(question.prepared, self._rules, actor, self._restraint.policies)
        _note_refusals(decision)
        if decision.errors and self._restraint.refuse_whole:
            return Answer(None, tuple(map(dict, decision.errors)))
        self._reading.note(question, decision.removed)
        context = self._contexts.of(actor, accepted_languages(call.headers.get("accept-language")))
        return await self.engine.execute(
            question.prepared,
            headers=call.passed_on(),
            headers_for=context.headers,
            scope_key=context.key,
            removed=decision.removed,
            errors=decision.errors,
        )


def _note_refusals(decision: Decision) -> None:
    for error in decision.errors:
        _log.info("refused", path=error["path"], code=error["extensions"]["code"])
