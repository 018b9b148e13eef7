"""Running one request of a plan: make its body, merge its answer, map its errors to the client's paths."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog

from chassis.errors import Fault
from gateway.executor.merging import copied, merge_object, rename_keys
from gateway.executor.places import ConcretePath, first_path, objects_at, path_to
from gateway.executor.problems import Problems
from gateway.executor.representations import Represent, compile_entity, identity_of
from gateway.executor.subgraphs import Asking, Subgraphs
from gateway.planner import EntityCall, Request, Target

Object = dict[str, Any]
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Run:
    """One execution of a plan: the answer so far, what went wrong, on whose behalf, with which variables."""

    problems: Problems
    asking: Asking
    variables: Mapping[str, Any]
    data: Object = field(default_factory=dict)


@dataclass(slots=True)
class _Entity:
    """One representation, and the objects it stands for, by the target they were found at."""

    owners: list[tuple[Target, list[Object]]] = field(default_factory=list)

    def add(self, target: Target, item: Object) -> None:
        if not self.owners or self.owners[-1][0] is not target:
            self.owners.append((target, []))
        self.owners[-1][1].append(item)

    def merge(self, new: Object) -> None:
        """Objects of one target share what is nested in the answer, as all is alike there; other targets get copies."""
        for number, (_, items) in enumerate(self.owners):
            mine = copied(new) if number else new
            for item in items:
                merge_object(item, mine)

    def path(self, data: Object) -> ConcretePath:
        target, items = self.owners[0]
        return path_to(data, target.path, items[0]) or ()


class _Call:
    """An `_entities` field, compiled."""

    def __init__(self, call: EntityCall) -> None:
        self.call = call
        self._targets: list[tuple[Target, Represent]] = [
            (target, compile_entity(call.type_name, target.template)) for target in call.targets
        ]

    def collect(self, data: Object) -> tuple[list[Object], list[_Entity]]:
        """The representations without duplicates, and what each stands for."""
        representations: list[Object] = []
        entities: list[_Entity] = []
        numbers: dict[object, int] = {}
        for target, represent in self._targets:
            for item in objects_at(data, target.path):
                representation = represent(item)
                if representation is not None:
                    number = numbers.setdefault(identity_of(representation), len(entities))
                    if number == len(entities):
                        representations.append(representation)
                        entities.append(_Entity())
                    entities[number].add(target, item)
        return representations, entities


class Fetch:
    """A request of a plan, ready to be run any number of times."""

    def __init__(self, request: Request, url: str) -> None:
        self.request = request
        self._url = url
        self._prefix = b'{"query":' + orjson.dumps(request.document)
        self._renames = dict(request.renames)
        self._calls = tuple(_Call(call) for call in request.calls)
        self._is_query = request.operation == "query"

    async def run(self, subgraphs: Subgraphs, run: Run) -> None:
        """Raises nothing that a subgraph may cause: faults and errors become problems of the run."""
        if self._calls:
            await self._run_entities(subgraphs, run)
        else:
            await self._run_root(subgraphs, run)

    async def _run_root(self, subgraphs: Subgraphs, run: Run) -> None:
        path = self.request.path
        owners = objects_at(run.data, path) if path else [run.data]
        if not owners:
            return
        place = first_path(run.data, path) or ()
        answer = await self._ask(subgraphs, run, {}, ((place, self.request.keys),))
        data = answer.get("data") if answer else None
        if answer and not isinstance(data, dict):
            run.problems.excuse(place, self.request.keys)
        if isinstance(data, dict):
            for number, owner in enumerate(owners):
                merge_object(owner, copied(data) if number else data)
        for error in _errors(answer):
            run.problems.subgraph_error(self.request.service, error, self._root_path(error, place))

    def _root_path(self, error: Mapping[str, Any], place: ConcretePath) -> ConcretePath:
        """The client's path of an error; one that names none is about the first key."""
        path = self._given_path(error)
        return place + (path or self.request.keys[:1])

    async def _run_entities(self, subgraphs: Subgraphs, run: Run) -> None:
        variables: dict[str, Any] = {}
        pending: list[tuple[EntityCall, list[_Entity]]] = []
        for call in self._calls:
            variables[call.call.variable], entities = call.collect(run.data)
            pending.append((call.call, entities))
        if not any(entities for _, entities in pending):
            return
        missing = [(call, entities[0]) for call, entities in pending if entities]
        answer = await self._ask(
            subgraphs, run, variables, [(entity.path(run.data), call.keys) for call, entity in missing]
        )
        if answer is not None:
            self._take(answer, pending, run)

    def _take(self, answer: Object, pending: list[tuple[EntityCall, list[_Entity]]], run: Run) -> None:
        data = answer.get("data")
        errors = _errors(answer)
        for call, entities in pending:
            found = data.get(call.alias) if isinstance(data, dict) else None
            if isinstance(found, list) and len(found) == len(entities):
                for entity, new in zip(entities, found, strict=True):
                    if isinstance(new, dict):
                        entity.merge(new)
            elif entities and not errors:
                self._fail(
                    run, ((entities[0].path(run.data), call.keys),), "answered with too few or too many entities"
                )
            elif entities:
                run.problems.excuse(entities[0].path(run.data), call.keys)
        by_alias = {call.alias: (call, entities) for call, entities in pending}
        for error in errors:
            self._take_error(error, by_alias, run)

    def _take_error(
        self, error: Mapping[str, Any], by_alias: Mapping[str, tuple[EntityCall, list[_Entity]]], run: Run
    ) -> None:
        """`_entities.3.name` is about the first object that the fourth representation stands for."""
        path = self._given_path(error)
        named = by_alias.get(str(path[0])) if path else None
        call, entities = named or next(one for one in by_alias.values() if one[1])
        number = path[1] if named and len(path) > 1 else 0
        entity = entities[number] if isinstance(number, int) and number < len(entities) else entities[0]
        below = path[2:] if named else ()
        place = entity.path(run.data)
        if not below:
            run.problems.excuse(place, call.keys)
        run.problems.subgraph_error(self.request.service, error, place + (below or call.keys[:1]))

    async def _ask(self, subgraphs: Subgraphs, run: Run, variables: dict[str, Any], missing: Any) -> Object | None:
        """The answer with its keys renamed back; None, and told at the `missing` places, where there is none."""
        for name in self.request.variables:
            if name in run.variables:
                variables[name] = run.variables[name]
        body = self._prefix + b',"variables":' + orjson.dumps(variables) + b"}" if variables else self._prefix + b"}"
        try:
            answer = await subgraphs.ask(self.request.service, self._url, body, run.asking, is_query=self._is_query)
        except Fault as fault:
            self._fail(run, missing, fault.reason)
            return None
        if self._renames:
            rename_keys(answer.get("data"), self._renames)
        return answer

    def _fail(self, run: Run, missing: Any, reason: str) -> None:
        _log.warning("subgraph_unavailable", service=self.request.service, reason=reason)
        for path, keys in missing:
            run.problems.unavailable(self.request.service, path, keys)

    def _given_path(self, error: Mapping[str, Any]) -> ConcretePath:
        path = error.get("path")
        if not isinstance(path, list):
            return ()
        return tuple(
            self._renames.get(part, part) if isinstance(part, str) else part
            for part in path
            if isinstance(part, str | int)
        )


def _errors(answer: Object | None) -> list[Object]:
    errors = answer.get("errors") if answer else None
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
