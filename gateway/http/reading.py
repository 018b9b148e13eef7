"""From requests to documents that may be executed, which all doors do alike."""

from dataclasses import dataclass

from gateway.executor import Engine
from gateway.http.call import Call
from gateway.http.documents import Documents
from gateway.http.request import BodyLimits, check_method, read_request
from gateway.http.usage import Usage, Use
from gateway.operation import Prepared


class Reading:
    """Reads requests, and notes which documents are asked."""

    def __init__(self, documents: Documents, usage: Usage, bodies: BodyLimits) -> None:
        self._documents = documents
        self._usage = usage
        self._bodies = bodies

    async def question(self, call: Call, engine: Engine, *, streamed: bool) -> "Question":
        """Subscriptions only if `streamed`. Raises BadRequest and RequestErrors."""
        asked = await read_request(call, self._bodies, engine.limits.operation)
        text = self._documents.text(asked)
        prepared = engine.prepare(text, asked.operation_name, asked.variables)
        call.observed.kind = prepared.operation.kind
        check_method(call, prepared.operation.kind, streamed=streamed)
        self._bodies.check(call, prepared.operation.kind)
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
