"""Asking a service something in the name of a caller beside the graph, with the same signed context."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import orjson

from chassis.access import Actor
from chassis.errors import Fault
from chassis.identifiers import to_json
from chassis.tracing import trace
from chassis.transport import Streamed, Transport
from gateway.http.call import JSON, Call
from gateway.identity.contexts import SignedContexts
from gateway.identity.languages import accepted_languages

_OK: Final = 200
_REFUSALS: Final = frozenset({403, 404, 409, 422})


class ServiceRefuses(Exception):
    """What the service says to the caller. `facts` are what it tells beyond its code and message."""

    def __init__(self, status: int, code: str, message: str, facts: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.facts = facts


class CallersPeer:
    """The service `name` at `address` (`http://files`)."""

    def __init__(self, name: str, address: str, transport: Transport, contexts: SignedContexts) -> None:
        self.name = name
        self._address = address.rstrip("/")
        self._transport = transport
        self._contexts = contexts

    async def ask(self, question: str, body: Any, call: Call, actor: Actor, *, timeout: float) -> Any:
        """Posts JSON to `/<question>` and gives the JSON answer. Raises ServiceRefuses, else Fault."""
        headers, asked = self._headers(call, actor), orjson.dumps(body, default=to_json)
        with trace.asked(f"{self.name} {question}", headers):
            answer = await self._transport.post(self._at(question), asked, headers, timeout=timeout)
        return self.read(answer.status, answer.body, question)

    @asynccontextmanager
    async def stream(
        self, question: str, body: Any, call: Call, actor: Actor, *, timeout: float
    ) -> AsyncIterator[Streamed]:
        """The same, for what is too large to be one answer: whatever its status is. Raises Fault."""
        headers, asked = self._headers(call, actor), orjson.dumps(body, default=to_json)
        async with self._transport.stream(self._at(question), asked, headers, timeout=timeout) as answer:
            yield answer

    def _at(self, question: str) -> str:
        return f"{self._address}/{question}"

    def _headers(self, call: Call, actor: Actor) -> dict[str, str]:
        context = self._contexts.of(actor, accepted_languages(call.headers.get("accept-language")))
        return {"content-type": JSON, **call.passed_on(), **context.headers(self.name)}

    def read(self, status: int, body: bytes, question: str) -> Any:
        """Raises ServiceRefuses or Fault."""
        if status != _OK and status not in _REFUSALS:
            raise Fault(self.name, f"answered {status} to {question}")
        try:
            told = orjson.loads(body)
            if status == _OK:
                return told
            raise ServiceRefuses(status, told.pop("code"), told.pop("message"), told)
        except (orjson.JSONDecodeError, LookupError, TypeError, AttributeError) as error:
            raise Fault(self.name, f"answered {question} with {status} and nothing of use") from error
