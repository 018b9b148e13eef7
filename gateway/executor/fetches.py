"""Running one request of a plan: make its body, merge its answer, map its errors to the client's paths."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog

from chassis.errors import Fault
from gateway.executor.batches import Batch
from gateway.executor.entities import Collector
from gateway.executor.merging import copied, merge_object, rename_keys
from gateway.executor.places import ConcretePath, first_path, objects_at
from gateway.executor.problems import Problems
from gateway.executor.subgraphs import Asking, Subgraphs
from gateway.planner import Request

Object = dict[str, Any]
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Run:
    """One execution of a plan: the answer so far, what went wrong, on whose behalf, with which variables."""

    problems: Problems
    asking: Asking
    variables: Mapping[str, Any]
    data: Object = field(default_factory=dict)


class Fetch:
    """A request of a plan, ready to be run any number of times."""

    def __init__(self, request: Request, url: str) -> None:
        self.request = request
        self.url = url
        self._prefix = b'{"query":' + orjson.dumps(request.document)
        self._renames = dict(request.renames)
        self._collectors = tuple(Collector(call) for call in request.calls)
        self._is_query = request.operation == "query"

    async def run(self, subgraphs: Subgraphs, run: Run) -> None:
        """Raises nothing that a subgraph may cause: faults and errors become problems of the run."""
        if self._collectors:
            await self._run_entities(subgraphs, run)
        else:
            await self._run_root(subgraphs, run)

    def question(self, variables: Mapping[str, Any]) -> Object:
        """What is asked of the subgraph when no objects are needed for it: `query`, and `variables` if any."""
        used = self._used(variables)
        return {"query": self.request.document, **({"variables": used} if used else {})}

    def take(self, answer: Object, run: Run) -> None:
        """Take an answer that came without being asked for, such as an event; its errors become problems."""
        if self._renames:
            rename_keys(answer.get("data"), self._renames)
        self._take_root(answer, [run.data], run)

    def _used(self, variables: Mapping[str, Any]) -> Object:
        return {name: variables[name] for name in self.request.variables if name in variables}

    async def _run_root(self, subgraphs: Subgraphs, run: Run) -> None:
        owners = objects_at(run.data, self.request.path) if self.request.path else [run.data]
        if not owners:
            return
        try:
            answer = await self._ask(subgraphs, run, self._body(run, {}))
        except Fault as fault:
            self._fail(run, fault, [(self._place(run), self.request.keys)])
            return
        self._take_root(answer, owners, run)

    def _take_root(self, answer: Object, owners: list[Object], run: Run) -> None:
        data, errors = answer.get("data"), _errors(answer)
        if isinstance(data, dict):
            for number, owner in enumerate(owners):
                merge_object(owner, copied(data) if number else data)
        elif errors:
            run.problems.excuse(self._place(run), self.request.keys)
        else:
            self._fail(run, self._malformed(), [(self._place(run), self.request.keys)])
        if errors:
            here, first = self._place(run), self.request.keys[:1]
            located = [(error, here + (self._path_of(error) or first)) for error in errors]
            run.problems.subgraph_errors(self.request.service, located)

    def _place(self, run: Run) -> ConcretePath:
        return first_path(run.data, self.request.path) or ()

    async def _run_entities(self, subgraphs: Subgraphs, run: Run) -> None:
        batches, body = self._collect(run)
        if not any(batches):
            return
        try:
            answer = await self._ask(subgraphs, run, body)
        except Fault as fault:
            self._fail(run, fault, _missing(batches, run))
            return
        self._take_entities(answer, batches, run)

    def _collect(self, run: Run) -> tuple[list[Batch], bytes]:
        """The entities and the request for them; representations are not kept while it is under way."""
        collected = [collector.collect(run.data) for collector in self._collectors]
        given = {batch.call.variable: representations for batch, representations in collected}
        return [batch for batch, _ in collected], self._body(run, given)

    def _take_entities(self, answer: Object, batches: list[Batch], run: Run) -> None:
        data, errors = answer.get("data"), _errors(answer)
        found = data if isinstance(data, dict) else {}
        empty = [batch for batch in batches if not batch.fill(found.get(batch.call.alias))]
        if empty and not errors:
            self._fail(run, self._malformed(), _missing(empty, run))
        for path, keys in _missing(empty, run):
            run.problems.excuse(path, keys)
        if errors:
            asked = {batch.call.alias: (batch, batch.places(run.data)) for batch in batches if batch}
            located = [(error, self._locate(self._path_of(error), asked, found, run)) for error in errors]
            run.problems.subgraph_errors(self.request.service, located)

    def _locate(
        self, path: ConcretePath, asked: Mapping[str, tuple[Batch, list[ConcretePath]]], found: Object, run: Run
    ) -> ConcretePath:
        """`_entities.3.name` is about the first object that the fourth representation stands for.

        Where it made the whole entity null, it explains all that is missing of it.
        """
        named = path[0] if path and path[0] in asked else None
        batch, places = next(iter(asked.values())) if named is None else asked[str(named)]
        number = path[1] if named is not None and len(path) > 1 else 0
        known = isinstance(number, int) and 0 <= number < len(places)
        place = places[int(number) if known else 0]
        below = () if named is None else path[2:]
        if not below or _is_null(found.get(batch.call.alias), number):
            run.problems.excuse(place, batch.call.keys)
        return place + (below or batch.call.keys[:1])

    def _body(self, run: Run, given: Mapping[str, Any]) -> bytes:
        variables = {**self._used(run.variables), **given}
        return self._prefix + (b',"variables":' + orjson.dumps(variables) if variables else b"") + b"}"

    async def _ask(self, subgraphs: Subgraphs, run: Run, body: bytes) -> Object:
        """The answer with its keys renamed back. Raises Fault."""
        answer = await subgraphs.ask(self.request.service, self.url, body, run.asking, is_query=self._is_query)
        if self._renames:
            rename_keys(answer.get("data"), self._renames)
        return answer

    def _fail(self, run: Run, fault: Fault, missing: Iterable[tuple[ConcretePath, tuple[str, ...]]]) -> None:
        _log.warning("subgraph_unavailable", service=self.request.service, reason=fault.reason)
        for path, keys in missing:
            run.problems.unavailable(self.request.service, path, keys)

    def _malformed(self) -> Fault:
        return Fault(self.request.service, "answered with data of another form than was asked")

    def _path_of(self, error: Object) -> ConcretePath:
        path = error.get("path")
        parts = path if isinstance(path, list) else ()
        return tuple(
            self._renames.get(part, part) if isinstance(part, str) else part
            for part in parts
            if isinstance(part, str | int)
        )


def _missing(batches: Iterable[Batch], run: Run) -> list[tuple[ConcretePath, tuple[str, ...]]]:
    """Where something is missing, and which keys."""
    return [(batch.place(run.data), batch.call.keys) for batch in batches if batch]


def _is_null(entities: Any, number: str | int) -> bool:
    if not isinstance(entities, list) or not isinstance(number, int):
        return False
    return 0 <= number < len(entities) and entities[number] is None


def _errors(answer: Object) -> list[Object]:
    errors = answer.get("errors")
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
